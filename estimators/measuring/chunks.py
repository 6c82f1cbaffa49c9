"""How many estimates are taken together: as many as memory is meant to have room for."""

import weakref
from collections.abc import Callable

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

# Bytes that estimates taken together may hold at once.
ROOM = 48 * 2**20


def chunk_size(one: Callable[[], object]) -> int:
    """How many to take together, where this takes one: one at least."""
    return max(1, ROOM // peak_bytes(one))


def peak_bytes(f: Callable[[], object]) -> int:
    """The most that lies in memory at once of what f makes, what it returns included: one byte at
    least."""
    with HeldMemory() as held:
        f()
    peak: int = held.peak
    return max(peak, 1)


class HeldMemory(TorchDispatchMode):
    """Counts the bytes of all that torch's operations return, until it is let go."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.now = self.peak = 0
        self.storages: dict[int, weakref.ref[object]] = {}

    def __torch_dispatch__(
        self,
        func: Callable[..., object],
        types: object,
        args: tuple[object, ...] = (),
        kwargs: dict[str, object] | None = None,
    ) -> object:
        out = func(*args, **(kwargs or {}))
        if not getattr(func, "is_view", False):
            for value in out if isinstance(out, tuple | list) else [out]:
                if isinstance(value, Tensor):
                    self.hold(value)
        return out

    def hold(self, value: Tensor) -> None:
        """A view's memory is counted with what made it."""
        storage = value.untyped_storage()
        key, size = id(storage), storage.nbytes()
        if key not in self.storages:
            self.storages[key] = weakref.ref(storage, lambda _: self.release(key, size))
            self.now += size
            self.peak = max(self.peak, self.now)

    def release(self, key: int, size: int) -> None:
        del self.storages[key]
        self.now -= size
