"""Where tensors are, and the one way by which their numbers come back to the host."""

import ctypes
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from time import perf_counter, process_time

# Tensors of 2 MB and more lie in large pages, where the system gives them: of those a large step
# makes many, and page by page their memory was a fifth of it.  Read with the first tensor.
os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")

import torch
from torch import Tensor
from torch.library import Library
from torch.utils import deterministic

HOST = torch.device("cpu")
# With which cuBLAS has one order of its sums.
WORKSPACE = ("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
# As many queues as a GPU has: streams that share one wait for each other.
CONNECTIONS = ("CUDA_DEVICE_MAX_CONNECTIONS", "32")
# What torch says where an allocation on the CPU fails: it is a RuntimeError like any other.
CPU_REFUSALS = ("can't allocate memory", "not enough memory", "Cannot allocate memory")
# Settings of the C library's allocator, by its numbers for them: how many bytes that lie free at
# the end of its heap it keeps, and from how many on an allocation has a mapping of its own.
ALLOCATOR = {-1: 2**27, -3: 2**25}
C_LIBRARY = ctypes.CDLL(None) if sys.platform == "linux" else None


def keep_freed_memory() -> None:
    """What is freed stays with this process.  The C library would give it back to the system when
    little of it is free, and what comes back has to be cleared page by page: that was up to a tenth
    of a step.  Where the library has no such settings nothing happens."""
    if setter := getattr(C_LIBRARY, "mallopt", None):
        for name, value in ALLOCATOR.items():
            setter(name, value)


def return_freed_memory() -> None:
    """What is freed goes back to the system after all, as far as the C library can: where other
    work begins, whose tensors would not fit where the last ones lay.  Elsewhere nothing happens."""
    if trim := getattr(C_LIBRARY, "malloc_trim", None):
        trim(0)


keep_freed_memory()


class DeviceMissing(RuntimeError):
    """Torch does not see the device that was asked for: nothing trains elsewhere instead."""


def claim_device(name: str) -> torch.device:
    """The device of a name, "cpu" or "cuda", ready to train on: products in full precision, and
    kernels that sum in a fixed order.  Raises DeviceMissing."""
    try:
        device = torch.device(name)
    except RuntimeError:
        raise DeviceMissing(f"torch {torch.__version__} knows no device {name}.") from None
    if device.type == "cuda":
        if not torch.cuda.is_available():
            raise DeviceMissing(f"torch {torch.__version__} sees no device of the kind {name}.")
        # Read when the GPU and cuBLAS are first used.
        os.environ.setdefault(*CONNECTIONS)
        os.environ.setdefault(*WORKSPACE)
        choose_products(device, tf32=False)
        torch.use_deterministic_algorithms(True)
        # It would write once more to all that an operation is about to write to.
        deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
        replace_cumsum()
    return device


def choose_products(device: torch.device, tf32: bool) -> None:
    """With ``tf32`` products on a GPU round what they multiply to 10 bits of mantissa."""
    if device.type == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = tf32


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an allocation failed, on the CPU or a GPU."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(text in str(error) for text in CPU_REFUSALS)


def to_host(x: Tensor) -> Tensor:
    """The same numbers on the host.  It waits for the device, so steps do without."""
    return x.detach().to(HOST)


def equal_params(some: Mapping[str, Tensor], others: Mapping[str, Tensor]) -> bool:
    """Whether tensors of the same names hold the same numbers."""
    return all(torch.equal(to_host(value), to_host(others[name])) for name, value in some.items())


def wait_for(device: torch.device) -> None:
    """Until a device has done what this thread's stream asked for, before a clock is read."""
    if device.type == "cuda":
        torch.cuda.current_stream(device).synchronize()


def work_clock(device: torch.device) -> float:
    """A clock that neighbours do not drive: the CPU time of this process.  On a device, which is
    ours alone, the time once it has done what it was asked for."""
    if device == HOST:
        return process_time()
    wait_for(device)
    return perf_counter()


def prefix_sums(x: Tensor, dim: int, *, dtype: torch.dtype | None = None) -> Tensor:
    """``torch.cumsum``, by a product with a triangle of ones."""
    kind = dtype or (x.dtype if x.is_floating_point() else torch.int64)
    # A GPU multiplies no matrices of integers.
    last = x.to(kind if kind.is_floating_point else torch.float64).movedim(dim, -1)
    ones = last.new_ones(last.shape[-1], last.shape[-1]).triu()
    return (last @ ones).movedim(-1, dim).to(kind)


@cache
def replace_cumsum() -> Library:
    """On a GPU sums along an axis have no fixed order, and torch refuses them where kernels have to
    be deterministic; ours takes their place as long as this process lives."""
    library = Library("aten", "IMPL")
    with warnings.catch_warnings():
        # That torch's own is replaced.
        warnings.simplefilter("ignore")
        library.impl("cumsum", prefix_sums, "CUDA")
    return library


@contextmanager
def stream_on(device: torch.device, stream: "torch.cuda.Stream | None") -> Iterator[None]:
    """What this thread asks of a GPU goes through ``stream``; on the host, there is none."""
    if stream is None:
        yield
        return
    with torch.cuda.device(device), torch.cuda.stream(stream):
        yield


def new_stream(device: torch.device) -> "torch.cuda.Stream | None":
    """Through which a GPU does what it is asked beside other streams; None for the host."""
    return torch.cuda.Stream(device) if device.type == "cuda" else None


def capture_graph(work: Callable[[], None]) -> Callable[[], None]:
    """What the GPU does for ``work``, as one graph; call it to have it done, which costs the host
    one launch.  ``work`` is recorded and not done; it must have been done before, and may neither
    wait for the GPU nor bring anything to it."""
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    replay: Callable[[], None] = graph.replay
    return replay
