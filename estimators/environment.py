"""What the numbers of a process may depend on: processor, code, versions.  Torch is loaded on
demand."""

import os
import platform
import socket
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any


@cache
def processor_line(start: str) -> str:
    """What Linux says of the first processor after a word; nothing where it says nothing."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(start)), "")


def processor_name() -> str:
    """The processor's name."""
    return processor_line("model name") or platform.processor() or platform.machine()


def processor_features() -> str:
    """Which instructions it has, and its name: code that was compiled here may want all of them."""
    return f"{processor_name()} {processor_line('flags') or processor_line('Features')}"


@cache
def library_digest() -> str:
    """A hash of the estimator library as it lies here: what results depend on."""
    spec = find_spec("estimators")
    root = Path(next(iter(spec.submodule_search_locations or []))) if spec else Path()
    digest = sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def package_version() -> str:
    """This package's version."""
    try:
        return version("gradarena")
    except PackageNotFoundError:
        return "unknown"


def gpu_kernels() -> str:
    """What chooses the kernels of a GPU, besides its kind and torch's version."""
    import torch

    from .devices import WORKSPACE

    capability = ".".join(map(str, torch.cuda.get_device_capability()))
    workspace = os.environ.get(WORKSPACE[0], "of cuBLAS's own")
    return f"compute capability {capability}, workspace {workspace}, steps as CUDA graphs"


def process_environment(device: str = "cpu") -> dict[str, Any]:
    """What the numbers of this process may depend on, which trains on a device of torch's name."""
    import torch

    on_gpu = device != "cpu"
    return {
        "device_class": torch.cuda.get_device_name() if on_gpu else processor_name(),
        "device": device,
        "cuda": torch.version.cuda if on_gpu else None,
        # On a GPU: products of 10 bits of mantissa, and kernels whose order of sums is fixed.
        "tf32": torch.backends.cuda.matmul.allow_tf32 if on_gpu else None,
        "deterministic": torch.are_deterministic_algorithms_enabled() if on_gpu else None,
        "kernels": gpu_kernels() if on_gpu else None,
        "threads": torch.get_num_threads(),
        "cores": os.cpu_count(),
        "hostname": socket.gethostname(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "version": package_version(),
        "code": library_digest(),
    } | ({} if on_gpu else product_kernels())


def product_kernels() -> dict[str, str]:
    """What chooses the kernels of a processor's products, where it is not torch alone."""
    import torch

    from .mkl import is_answered

    torch.ones(2, 2) @ torch.ones(2, 2)
    return {"products": "MKL's for Intel"} if is_answered() else {}


def public_environment(device: str = "cpu") -> dict[str, Any]:
    """The same without the machine's name, as files hold it that others read."""
    environment = process_environment(device)
    del environment["hostname"]
    return environment
