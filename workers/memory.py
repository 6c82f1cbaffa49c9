"""How much memory a runner may take, so that it ends and not its neighbours; and how it looks when
there is none left."""

import os
import resource

import torch

from service.config import Settings

GIB = 2**30
# of the machine's memory, where nobody says more exactly
SHARE = 0.8
# what torch says where an allocation on the CPU fails: it is a RuntimeError like any other
CPU_REFUSALS = ("can't allocate memory", "not enough memory", "Cannot allocate memory")


def bound_memory(settings: Settings) -> None:
    """Bounds what this process may allocate.  Where a GPU is used its driver reserves more address
    space than there is memory, and device memory has a bound of its own."""
    if not os.environ.get("CUDA_VISIBLE_DEVICES"):
        most = memory_bound(settings)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def memory_bound(settings: Settings) -> int:
    """Bytes."""
    if settings.runner_memory:
        return int(settings.runner_memory * GIB)
    return int(SHARE * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an allocation failed, on the CPU or a GPU."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(text in str(error) for text in CPU_REFUSALS)
