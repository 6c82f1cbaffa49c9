"""How much memory a runner may take, so that it ends and not its neighbours."""

import os
import resource

from service.config import Settings

GIB = 2**30
# of the machine's memory, where nobody says more exactly
SHARE = 0.8


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
