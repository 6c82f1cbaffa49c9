"""Files that are there whole, or not at all, whoever else writes them at the same time."""

import os
from pathlib import Path
from secrets import token_hex


def write_whole(path: Path, content: bytes) -> None:
    """Whoever is stopped in between leaves the old file, and so does a machine.  Containers that
    share a folder may have the same process numbers, so what is written beside the file is named by
    chance."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{token_hex(8)}")
    try:
        with beside.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
