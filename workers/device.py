"""What a worker trains on: a free GPU that it claims, or the CPU; and how that is named beside a result."""

import fcntl
import os
import platform
import shutil
import socket
import subprocess
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, TextIO

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


def gpus() -> list[Gpu]:
    """The GPUs that the driver shows."""
    if not shutil.which(QUERY[0]):
        return []
    listing = subprocess.run(QUERY, capture_output=True, text=True)
    return (
        [Gpu(*line.split(", ", 1)) for line in listing.stdout.splitlines()] if listing.returncode == 0 else []
    )


def claim(folder: Path, candidates: Sequence[Gpu]) -> Claim:
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


@cache
def cpu() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


@cache
def code() -> str:
    """A hash of the estimator library as it lies here: what results depend on."""
    spec = find_spec("estimators")
    root = Path(next(iter(spec.submodule_search_locations or []))) if spec else Path()
    digest = sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def release() -> str:
    """This package's version."""
    try:
        return version("gradarena")
    except PackageNotFoundError:
        return "unknown"


def environment() -> dict[str, Any]:
    """What the numbers of this process may depend on.  Call it where torch trains, once it holds tensors."""
    import torch

    on_gpu = torch.cuda.is_available() and torch.cuda.memory_allocated() > 0
    return {
        "device_class": torch.cuda.get_device_name() if on_gpu else cpu(),
        "device": "cuda" if on_gpu else "cpu",
        "cuda": torch.version.cuda if on_gpu else None,
        "threads": torch.get_num_threads(),
        "cores": os.cpu_count(),
        "hostname": socket.gethostname(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "version": release(),
        "code": code(),
    }
