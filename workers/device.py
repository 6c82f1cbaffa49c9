"""What a worker trains on: a free GPU that it claims, or the CPU."""

import fcntl
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

QUERY = ["nvidia-smi", "--query-gpu=uuid,name", "--format=csv,noheader"]


class Gpu(NamedTuple):
    uuid: str
    name: str


class Claim(NamedTuple):
    """A GPU that is ours while the file is open: the kernel frees it when we die."""

    gpu: Gpu
    file: TextIO


class NoGpu(Exception):
    """Every GPU of this machine is claimed by another worker, or there is none."""


def visible_gpus() -> list[Gpu]:
    """The GPUs that the driver shows."""
    if not shutil.which(QUERY[0]):
        return []
    listing = subprocess.run(QUERY, capture_output=True, text=True)
    return (
        [Gpu(*line.split(", ", 1)) for line in listing.stdout.splitlines()]
        if listing.returncode == 0
        else []
    )


def claim_gpu(folder: Path, candidates: Sequence[Gpu]) -> Claim:
    """The first GPU that nobody holds; workers that share GPUs share the folder.  Raises NoGpu."""
    folder.mkdir(parents=True, exist_ok=True)
    for gpu in candidates:
        file = (folder / f"{gpu.uuid}.lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return Claim(gpu, file)
        except BlockingIOError:
            file.close()
    raise NoGpu(f"{len(candidates)} GPUs here, and none is free.")
