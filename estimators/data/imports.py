"""Files of datasets from wherever they lie: folders as torchvision leaves them, archives, files
packed or renamed.  Content tells what a file is; a name only where no digest is
published."""

import gzip
import hashlib
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from .fetch import store_file
from .packages import Members, tar
from .shelf import Corrupt, File, Shelf

# Bytes of a file that is looked into, at most.
LARGEST = 2**31
UNREADABLE = (
    OSError,
    EOFError,
    zlib.error,
    tarfile.TarError,
    zipfile.BadZipFile,
    NotImplementedError,
)
GZIP = b"\x1f\x8b"
Complain = Callable[[Path, Exception], None]


def import_files(
    path: Path, shelves: Iterable[Shelf], complain: Complain
) -> Iterator[tuple[Shelf, File, Path]]:
    """Puts every file of a dataset under ``path`` in its place, and says where it was; what is here
    already is passed over, and so is, after a complaint, what cannot be read or unpacked."""
    wanted = [
        (shelf, file) for shelf in shelves for file in shelf.files if shelf.state(file) != "good"
    ]
    for source in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if not wanted or not source.is_file() or source.stat().st_size > LARGEST:
            continue
        for name, content in source_members(source, complain):
            for shelf, file in [one for one in wanted if is_file_of(one[1], name, content)]:
                shelf.folder.mkdir(parents=True, exist_ok=True)
                store_file(shelf, file, content)
                wanted.remove((shelf, file))
                yield shelf, file, source


def source_members(source: Path, complain: Complain) -> Members:
    """(name, unpacked content) of all that a file holds, as far as it can be read."""
    try:
        yield from unpacked_members(source.name, source.read_bytes())
    except UNREADABLE as error:
        complain(source, error)


def unpacked_members(name: str, content: bytes) -> Members:
    """A content and, where it is packed or an archive, what is in it."""
    yield name, content
    if content.startswith(GZIP):
        yield from unpacked_members(name.removesuffix(".gz"), gzip.decompress(content))
    elif name.endswith((".tar", ".tgz")):
        for member, inner in tar(content):
            yield from unpacked_members(member, inner)
    elif name.endswith(".zip"):
        yield from zip_members(content)


def zip_members(content: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            if not member.is_dir() and member.file_size <= LARGEST:
                yield from unpacked_members(
                    PurePosixPath(member.filename).name, archive.read(member)
                )


def is_file_of(file: File, name: str, content: bytes) -> bool:
    """Whether this is the content of a dataset's file."""
    if file.sha256 is not None:
        return hashlib.sha256(content).hexdigest() == file.sha256
    if name != file.name or file.read is None:
        return False
    try:
        file.read(content)
    except Corrupt:
        return False
    return True
