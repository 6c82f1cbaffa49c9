"""Gradients drawn again and again at frozen parameters, on many minibatches: what probes are made
of.

Every minibatch is drawn for itself and has noise of its own, so that minibatches are independent.
"""

import re
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.func import vmap
from torch.utils._python_dispatch import TorchDispatchMode

from .. import exact, noise
from ..core import Estimator, Memory, Net, Params, gradient
from . import frozen

CHUNK = (
    2**24
)  # numbers that estimates taken together make on their way: more than they hold at once
PIECES = 10  # chunks at least, for an interval of seconds


class Point(NamedTuple):
    """Where estimators are measured."""

    net: Net
    params: Params
    batches: Params  # [M, B, ...]
    seed: int

    def batch(self, m: int) -> Params:
        return {k: v[m] for k, v in self.batches.items()}


class Blocks(NamedTuple):
    """What some draws of a gradient on each of M minibatches come to."""

    means: Tensor  # [M, P], over draws
    within: Tensor  # [M, L], variance of one estimate, the minibatch given, by layer
    draws: int
    seconds: Tensor  # [chunks], for one estimate


def frozen_minibatches(data: Params, seed: int, count: int, size: int) -> Params:
    """[M, B, ...]: each without repetition, as in training, where there are enough examples."""
    total = len(data["x"])
    rows = [np.resize(noise.order(seed, noise.FROZEN, m, total), size) for m in range(count)]
    return {k: v[torch.from_numpy(np.stack(rows))] for k, v in data.items()}


def layer_parameters(params: Params) -> dict[str, list[str]]:
    """q0, q1, ... -> names of the parameters of all maps of that layer."""
    found: dict[str, list[str]] = {}
    for name in params:
        found.setdefault(re.match(r"[a-z]+\d*", name)[0], []).append(name)
    return found


def coordinate_layers(params: Params) -> Tensor:
    """[P]: which layer a coordinate belongs to."""
    place = {name: i for i, names in enumerate(layer_parameters(params).values()) for name in names}
    return torch.cat([torch.full((p.numel(),), place[name]) for name, p in params.items()])


def layer_sums(x: Tensor, owner: Tensor) -> Tensor:
    """Sums over the coordinates of each layer, [n, P] -> [n, L]."""
    return x.new_zeros(len(x), int(owner.max()) + 1).index_add_(1, owner, x)


def draw_gradients(
    estimator: Estimator, at: Point, memory: Memory, n: int, purpose: int = noise.ESTIMATE
) -> Blocks:
    """n estimates on every minibatch.  Estimate r on minibatch m hangs on (seed, purpose, m n + r)
    alone, so estimators share the noise that they both want."""
    owner, count = coordinate_layers(at.params), len(at.batches["x"])
    means = torch.zeros(count, len(owner), dtype=torch.float64)
    squares = torch.zeros(count, int(owner.max()) + 1, dtype=torch.float64)
    seconds = []
    for block, g, spent in gradient_chunks(estimator, at, memory, n, purpose):
        means.index_add_(0, block, g / n)
        squares.index_add_(0, block, layer_sums(g.square(), owner))
        seconds.append(spent / len(g))
    within = (squares - n * layer_sums(means.square(), owner)) / (n - 1)
    return Blocks(means, within.clamp(min=0), n, torch.tensor(seconds, dtype=torch.float64))


def gradient_chunks(
    estimator: Estimator, at: Point, memory: Memory, n: int, purpose: int
) -> Iterator[tuple[Tensor, Tensor, float]]:
    """(minibatch [c], gradient [c, P], seconds) of c estimates at a time."""
    uniforms = probe_noise(estimator, at, purpose)
    one = lambda batch, u: frozen.flat_gradient(
        gradient(estimator, at.net, at.params, memory, batch, u).params
    )
    made = element_count(
        lambda: one(at.batch(0), [u[0] for u in frozen.stacked_noise(uniforms, [0])])
    )
    total, together = n * len(at.batches["x"]), vmap(one)
    for some in torch.arange(total).split(max(1, min(CHUNK // made, total // PIECES))):
        u, batch = (
            frozen.stacked_noise(uniforms, some.tolist()),
            {k: v[some // n] for k, v in at.batches.items()},
        )
        start = perf_counter()
        g = together(batch, u)
        yield some // n, g.double(), perf_counter() - start


def probe_noise(estimator: Estimator, at: Point, purpose: int = noise.ESTIMATE) -> noise.Uniforms:
    x = at.batches["x"]
    return noise.Uniforms(estimator.noise(at.net, x.shape[1]), [at.seed], x.dtype, 1, purpose)


def reference_blocks(at: Point, n: int) -> Blocks:
    """Gradients of the model's own objective: exact, or the means of n unbiased estimates of 8
    samples."""
    if not frozen.is_enumerable(at.net):
        return draw_gradients(
            frozen.unbiased_estimator(at.net, 8), at, Memory(), n, noise.REFERENCE
        )
    one = lambda batch: frozen.flat_gradient(exact.objective(at.net, at.params, batch))
    together = vmap(one, chunk_size=max(1, CHUNK // element_count(lambda: one(at.batch(0)))))
    means = together(at.batches).double()
    return Blocks(
        means, torch.zeros(len(means), len(layer_parameters(at.params))), 1, torch.zeros(0)
    )


def element_count(f: Callable[[], object]) -> int:
    """How many numbers f makes on its way."""
    with ElementCounter() as made:
        f()
    return max(made.count, 1)


class ElementCounter(TorchDispatchMode):
    """Counts the elements of all that torch's operations return."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        made = out if isinstance(out, tuple | list) else [out]
        self.count += sum(x.numel() for x in made if isinstance(x, Tensor))
        return out
