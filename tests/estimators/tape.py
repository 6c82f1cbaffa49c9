"""A CUDA graph by other means: what operations did, done again to the same memory.

As a graph has them, the numbers of the host are those of the recording, and every result comes to
lie where it lay then.
"""

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


def tensors_in(tree):
    return [x for x in tree_leaves(tree) if isinstance(x, torch.Tensor)]


class Tape(TorchDispatchMode):
    """Records; what was written in place meanwhile is undone by ``rewind``."""

    def __init__(self):
        super().__init__()
        self.calls, self.before = [], []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if func._schema.is_mutable:
            self.before += [(x, x.clone()) for x in tensors_in((args, kwargs))]
        out = func(*args, **kwargs)
        self.calls.append((func, args, kwargs, tensors_in(out)))
        return out

    def rewind(self):
        for x, value in reversed(self.before):
            x.copy_(value)
        self.before = []

    def replay(self):
        for func, args, kwargs, results in self.calls:
            again = tensors_in(func(*args, **kwargs))
            for result, new in zip(results, again, strict=True):
                if result.data_ptr() != new.data_ptr():
                    result.copy_(new)


def capture_tape(work):
    """As ``devices.capture_graph``."""
    with Tape() as tape:
        work()
    tape.rewind()
    return tape.replay
