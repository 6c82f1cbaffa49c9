"""Where tensors are, and the one way by which their numbers come back to the host."""

from collections.abc import Mapping
from time import perf_counter, process_time

import torch
from torch import Tensor

HOST = torch.device("cpu")


class DeviceMissing(RuntimeError):
    """Torch does not see the device that was asked for: nothing trains elsewhere instead."""


def claim_device(name: str) -> torch.device:
    """The device of a name, "cpu" or "cuda", ready to train on: products in full precision, and
    kernels that sum in a fixed order.  Raises DeviceMissing."""
    device = torch.device(name)
    if device.type == "cuda":
        if not torch.cuda.is_available():
            raise DeviceMissing(f"torch {torch.__version__} sees no device of the kind {name}.")
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
        torch.use_deterministic_algorithms(True)
    return device


def to_host(x: Tensor) -> Tensor:
    """The same numbers on the host.  It waits for the device, so steps do without."""
    return x.detach().to(HOST)


def equal_params(some: Mapping[str, Tensor], others: Mapping[str, Tensor]) -> bool:
    """Whether tensors of the same names hold the same numbers."""
    return all(torch.equal(to_host(value), to_host(others[name])) for name, value in some.items())


def wait_for(device: torch.device) -> None:
    """Until a device has done what it was asked for, before a clock is read."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def work_clock(device: torch.device) -> float:
    """A clock that neighbours do not drive: the CPU time of this process.  On a device, which is
    ours alone, the time once it has done what it was asked for."""
    if device == HOST:
        return process_time()
    wait_for(device)
    return perf_counter()
