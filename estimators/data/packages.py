"""Packages that hold the files of datasets among others, from where this machine's own clients find
them."""

import io
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

# (file name, content) of each.
Members = Iterator[tuple[str, bytes]]


class Package(NamedTuple):
    """``url`` is asked when it is wanted; it raises OSError where there is no such client."""

    name: str
    url: Callable[[], str]
    members: Callable[[bytes], Members]


def npm(path: str) -> Callable[[], str]:
    """A path in the registry that npm is set to."""
    return lambda: f"{client_answer('npm', 'config', 'get', 'registry').rstrip('/')}/{path}"


def debian(path: str) -> Callable[[], str]:
    """A path in the first archive that apt is set to."""
    return lambda: (
        f"{client_answer('apt-get', 'indextargets', '--format', '$(REPO_URI)').rstrip('/')}/{path}"
    )


def client_answer(*command: str) -> str:
    """The first line of what a client of this machine says.  Raises OSError if it says nothing."""
    lines = subprocess.run(command, capture_output=True, text=True, timeout=30).stdout.splitlines()
    if not lines:
        raise OSError(f"{command[0]} names no place")
    return lines[0]


def tar(content: bytes) -> Members:
    """Of a tar archive, packed in whatever way."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            if member.isfile() and (file := archive.extractfile(member)):
                yield PurePosixPath(member.name).name, file.read()


def deb(content: bytes) -> Members:
    """Of a Debian package: an ar archive (60 bytes before each part, parts at even places) whose
    part data.tar.* holds the files."""
    start = len(b"!<arch>\n")
    while start < len(content):
        name, size = (
            content[start : start + 16].decode().strip(),
            int(content[start + 48 : start + 58]),
        )
        if name.startswith("data.tar"):
            yield from tar(content[start + 60 : start + 60 + size])
        start += 60 + size + size % 2
