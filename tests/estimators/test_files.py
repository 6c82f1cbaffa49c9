"""Files of datasets: read, checked, fetched over a real socket, resumed, refused."""

import gzip
import hashlib
import io
import tarfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from estimators import data
from estimators.commands import data as command
from estimators.data import fetch, packages, shelf
from estimators.specs.datasets import (
    MNIST,
    FashionMNIST,
)
from estimators.specs.files import datasets_folder

CONTENTS = {"one": b"1" * 5_000, "two": b"2" * 7_000}
FILES = tuple(shelf.File(name, hashlib.sha256(text).hexdigest()) for name, text in CONTENTS.items())


def packed(name):
    return gzip.compress(CONTENTS[name], mtime=0)


def archive(form="w:gz"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=form) as tar:
        for name in CONTENTS:
            info = tarfile.TarInfo(f"package/data/{name}.gz")
            info.size = len(packed(name))
            tar.addfile(info, io.BytesIO(packed(name)))
    return out.getvalue()


def debian():
    part = lambda name, text: (
        f"{name:16s}{0:<12d}{0:<6d}{0:<6d}{644:<8d}{len(text):<10d}`\n".encode() + text
    )
    odd = part("control.tar.xz", b"123") + b"\n"
    return (
        b"!<arch>\n" + part("debian-binary", b"2.0\n") + odd + part("data.tar.xz", archive("w:xz"))
    )


class Site(BaseHTTPRequestHandler):
    """Serves ``files``; cuts the answers of ``short`` off in the middle, once."""

    files: dict[str, bytes] = {}
    short: set[str] = set()
    seen: list[str] = []

    def do_GET(self):
        text, first = self.files.get(self.path), 0
        if text is None:
            return self.send_error(404)
        if span := self.headers.get("Range"):
            first = int(span.removeprefix("bytes=").rstrip("-"))
        self.seen.append(f"{self.path} from {first}")
        self.send_response(206 if span else 200)
        self.send_header("Content-Length", str(len(text) - first))
        self.end_headers()
        cut = self.path in self.short
        self.short.discard(self.path)
        self.wfile.write(text[first : len(text) // 2] if cut else text[first:])

    def log_message(self, *_):
        pass


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADARENA_DATASETS", str(tmp_path))
    handler = type("Here", (Site,), {"files": {}, "short": set(), "seen": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        handler.url = f"http://127.0.0.1:{server.server_port}/"
        yield handler
        server.shutdown()
        thread.join()


def things(*mirrors, packages=()):
    return shelf.Shelf("things", FILES, mirrors, packages)


def read(some):
    return {file.name: some.read(file) for file in some.files}


def test_a_mirror_gives_files_packed_or_plain(site):
    site.files |= {"/one.gz": packed("one"), "/two": CONTENTS["two"]}
    some, said = things(site.url), []
    assert fetch.fetch_files(some, lambda *news: said.append(news)) == ["one", "two"]
    assert read(some) == CONTENTS
    assert said[-1] == (f"{site.url}two", 7_000, 7_000)
    assert fetch.fetch_files(some) == [] and len(site.seen) == 2
    assert sorted(path.name for path in some.folder.iterdir()) == ["one", "two"]


def test_a_download_goes_on_where_it_was_cut_off(site):
    site.files |= {"/one": CONTENTS["one"], "/two": CONTENTS["two"]}
    site.short.add("/one")
    some = things(site.url)
    with pytest.raises(fetch.Unreachable, match=r"one: missing.*cut off"):
        fetch.fetch_files(some)
    assert not (some.folder / "one").exists()
    assert set(fetch.fetch_files(some)) == {"one", "two"} and read(some) == CONTENTS
    assert "/one from 2500" in site.seen


@pytest.mark.parametrize(
    "name, content, members",
    [("p.tgz", archive(), packages.tar), ("p.deb", debian(), packages.deb)],
    ids=["npm", "debian"],
)
def test_a_package_helps_where_mirrors_do_not(site, name, content, members):
    site.files |= {f"/{name}": content, "/two": CONTENTS["two"]}
    package = packages.Package(name, lambda: f"{site.url}{name}", members)
    some = things("http://127.0.0.1:9/", site.url, packages=[package])
    fetch.fetch_files(some)
    assert read(some) == CONTENTS


def test_what_is_wrong_is_not_kept_and_what_is_good_is_left_alone(site):
    site.files |= {"/one": b"something else", "/two": CONTENTS["two"]}
    some = things(site.url)
    some.folder.mkdir()
    (some.folder / "one").write_bytes(b"rotten")
    (some.folder / "two.gz").write_bytes(packed("two"))
    with pytest.raises(fetch.Unreachable, match="one has the SHA-256") as error:
        fetch.fetch_files(some)
    assert "two:" not in str(error.value) and not any("two" in line for line in site.seen)
    assert (some.folder / "one").read_bytes() == b"rotten" and some.read(FILES[1]) == CONTENTS[
        "two"
    ]
    site.files["/one"] = CONTENTS["one"]
    assert fetch.fetch_files(some) == ["one"] and read(some) == CONTENTS


def test_with_nothing_to_be_reached_it_says_what_to_put_where(site):
    some = things("http://127.0.0.1:9/")
    with pytest.raises(fetch.Unreachable) as error:
        fetch.fetch_files(some)
    for words in (
        "one: missing",
        "two: missing",
        "127.0.0.1:9",
        f"Put one, two (or the same with .gz) into {some.folder}",
    ):
        assert words in str(error.value)
    with pytest.raises(shelf.Missing, match="things lacks one. Put one, two"):
        some.read(FILES[0])


def test_a_packed_file_that_is_cut_off_is_corrupt(site):
    some = things()
    some.folder.mkdir()
    (some.folder / "one.gz").write_bytes(packed("one")[:-9])
    with pytest.raises(shelf.Corrupt, match="one.gz cannot be unpacked"):
        some.read(FILES[0])
    assert "cannot be unpacked" in some.state(FILES[0])


def test_the_command_fetches_lists_and_verifies(site, monkeypatch, capsys):
    site.files |= {"/one": CONTENTS["one"]}
    monkeypatch.setattr(command, "dataset_shelf", {"mnist": things(site.url)}.get)
    assert command.main(["fetch", "mnist", "digits"]) == 1
    assert "two: missing" in capsys.readouterr().err
    site.files |= {"/two": CONTENTS["two"]}
    assert command.main(["fetch", "mnist"]) == 0 and capsys.readouterr().out == "mnist: two\n"
    assert command.main(["verify"]) == 0 and "mnist/one: good" in capsys.readouterr().out
    (tmp := datasets_folder() / "things" / "one").write_bytes(b"rotten")
    assert (
        command.main(["verify", "mnist"]) == 1 and "one has the SHA-256" in capsys.readouterr().out
    )
    assert (
        command.main(["list"]) == 0 and "damaged: one" in capsys.readouterr().out and tmp.exists()
    )
    with pytest.raises(SystemExit):
        command.main(["fetch", "mnits"])
    assert "mnits" in capsys.readouterr().err


@pytest.mark.parametrize("spec", [MNIST(), FashionMNIST()], ids=lambda spec: spec.name)
def test_without_files_the_loader_says_so(site, spec):
    with pytest.raises(shelf.Missing, match=f"gradarena data fetch {spec.name}"):
        data.load_images(spec)


def test_a_client_that_is_not_there_is_no_source():
    missing = packages.Package(
        "npm thing", lambda: packages.client_answer("no-such-client", "where"), packages.tar
    )
    some = things("http://127.0.0.1:9/", packages=[missing])
    with pytest.raises(fetch.Unreachable, match="npm thing: "):
        fetch.fetch_files(some)
