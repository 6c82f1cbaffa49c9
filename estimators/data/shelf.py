"""Where the files of datasets are, and whether they are what their names promise."""

import gzip
import hashlib
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ..specs.files import datasets_folder
from .packages import Package


class Missing(FileNotFoundError):
    """A file of a dataset is not there."""


class Corrupt(ValueError):
    """A file of a dataset is not the one that its name promises."""


class File(NamedTuple):
    """``sha256`` is of the unpacked file; where nobody has published it, ``read`` raises Corrupt of
    a content that is not the file's."""

    name: str
    sha256: str | None
    read: Callable[[bytes], object] | None = None


class Shelf(NamedTuple):
    """The files of one dataset, and where they can be had: folders on the net that hold NAME.gz or
    NAME, and packages that hold them somewhere.  ``terms``: who may have them, and how, where
    nobody may pass them on."""

    name: str
    files: tuple[File, ...]
    mirrors: tuple[str, ...] = ()
    packages: tuple[Package, ...] = ()
    terms: str = ""

    @property
    def folder(self) -> Path:
        return datasets_folder() / self.name

    def advice(self) -> str:
        """What to put where."""
        names = ", ".join(file.name for file in self.files)
        return f"Put {names} (or the same with .gz) into {self.folder}. {self.terms}".rstrip()

    def read(self, file: File) -> bytes:
        """The unpacked content of a file.  Raises Missing, Corrupt."""
        plain = self.folder / file.name
        if plain.exists():
            return check_content(read_file(plain), file, plain)
        packed = plain.with_name(f"{file.name}.gz")
        if packed.exists():
            return check_content(unpack_file(packed), file, packed)
        fetch = (
            f" Or run: gradarena data fetch {self.name}" if self.mirrors or self.packages else ""
        )
        raise Missing(f"{self.name} lacks {file.name}. {self.advice()}{fetch}")

    def state(self, file: File) -> str:
        """good, missing, or what is wrong."""
        try:
            content = self.read(file)
            if file.read:
                file.read(content)
        except Missing:
            return "missing"
        except Corrupt as error:
            return str(error)
        return "good"


def unpack_file(path: Path) -> bytes:
    """The content of a .gz.  Raises Corrupt."""
    try:
        return gzip.decompress(path.read_bytes())
    except (EOFError, OSError, zlib.error) as error:
        raise Corrupt(f"{path.name} cannot be unpacked: {error}.") from error


def read_file(path: Path) -> bytes:
    """The content of a file.  Raises Corrupt where it is none, or cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Corrupt(f"{path} cannot be read: {error.strerror}.") from error


def check_content(content: bytes, file: File, path: Path) -> bytes:
    """The same content.  Raises Corrupt where its SHA-256 is not the file's."""
    digest = hashlib.sha256(content).hexdigest()
    if file.sha256 not in (None, digest):
        raise Corrupt(f"{path.name} has the SHA-256 {digest}, and {file.sha256} is wanted.")
    return content
