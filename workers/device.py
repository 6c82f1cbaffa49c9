"""What a worker trains on: a free GPU that it claims, or the CPU."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from estimators.mkl import choose_way

# Whether torch has the device of a name: it says so with its exit code, and why not in words.
CHECK = "import sys; from estimators.devices import claim_device; claim_device(sys.argv[1])"
QUERY = ["nvidia-smi", "--query-gpu=uuid,name", "--format=csv,noheader"]


class Gpu(NamedTuple):
    uuid: str
    name: str


class Claim(NamedTuple):
    """A GPU that is ours while the file is open: the kernel frees it when we die."""

    gpu: Gpu
    file: TextIO


class NoGpu(Exception):
    """Every GPU of this machine is claimed by another worker, there is none, or torch sees none."""


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


def runner_variables(gpu: Gpu | None) -> dict[str, str]:
    """Of a runner's environment: the only card that it sees; of one that sees none, the way of its
    products."""
    only = {"CUDA_VISIBLE_DEVICES": gpu.uuid if gpu else ""}
    return only if gpu else only | choose_way()


def check_torch(gpu: Gpu) -> None:
    """Raises NoGpu where torch, in a process of its own, does not see a GPU that the driver
    shows."""
    check = subprocess.run(
        [sys.executable, "-c", CHECK, "cuda"],
        env={**os.environ, **runner_variables(gpu)},
        capture_output=True,
        text=True,
    )
    if check.returncode:
        raise NoGpu((check.stderr.strip().splitlines() or ["torch cannot be loaded."])[-1])
