"""Gradients drawn again and again at frozen parameters, on many minibatches, as probes want them.

Every minibatch is drawn for itself and has noise of its own, so that minibatches are independent.
"""

import re
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.func import vmap

from .. import noise
from ..chain import Params
from ..core import Estimator, Memory, Net, estimate_gradient
from ..devices import return_freed_memory, to_host, work_clock
from ..oracle import exact
from . import frozen
from .chunks import chunk_size
from .sums import add_gradients, squared_lengths

# Chunks at least, for an interval of seconds.
PIECES = 10
# A parameter's name starts with its layer's: q0, p1, p.
LAYER = re.compile(r"[a-z]+\d*")


class Point(NamedTuple):
    """Where estimators are measured: frozen parameters, and M minibatches [M, B, ...]."""

    net: Net
    params: Params
    batches: Params
    seed: int

    def batch(self, m: int) -> Params:
        """Minibatch m, [B, ...]."""
        return {k: v[m] for k, v in self.batches.items()}


class Blocks(NamedTuple):
    """What some draws of a gradient of P coordinates in L layers come to on each of M minibatches.

    ``means`` [M, P]: over draws, summed in float64, of the kind of the gradients.  ``within``
    [M, L]: variance of one estimate, the minibatch given, summed over a layer.  ``seconds``
    [chunks]: of CPU or device, for one estimate.
    """

    means: Tensor
    within: Tensor
    draws: int
    seconds: Tensor


def frozen_minibatches(data: Params, seed: int, count: int, size: int) -> Params:
    """[M, B, ...]: each without repetition, as in training, where there are enough examples."""
    total = len(data["x"])
    rows = [np.resize(noise.host_order(seed, noise.FROZEN, m, total), size) for m in range(count)]
    index = torch.from_numpy(np.stack(rows)).to(data["x"].device)
    return {k: v[index] for k, v in data.items()}


def layer_parameters(params: Params) -> dict[str, list[str]]:
    """q0, q1, ... -> names of the parameters of all maps of that layer."""
    names: dict[str, list[str]] = {}
    for name in params:
        layer = LAYER.match(name)
        assert layer, name
        names.setdefault(layer[0], []).append(name)
    return names


def coordinate_layers(params: Params) -> Tensor:
    """[P]: which layer a coordinate belongs to."""
    layer = {name: i for i, names in enumerate(layer_parameters(params).values()) for name in names}
    return torch.cat([torch.full((p.numel(),), layer[name]) for name, p in params.items()])


def encoder_coordinates(params: Params) -> Tensor:
    """[P]: which coordinates are the encoder's, layers q*; all where there is no such layer."""
    layers = [
        number for number, name in enumerate(layer_parameters(params)) if name.startswith("q")
    ]
    owner = coordinate_layers(params)
    return (
        torch.isin(owner, torch.tensor(layers))
        if layers
        else torch.ones_like(owner, dtype=torch.bool)
    )


def layer_slices(params: Params) -> list[tuple[int, slice]]:
    """(layer's number, coordinates) of every parameter, in order."""
    layer = {name: i for i, names in enumerate(layer_parameters(params).values()) for name in names}
    ends = np.cumsum([0, *[p.numel() for p in params.values()]]).tolist()
    return [(layer[name], slice(*span)) for name, span in zip(params, pairwise(ends), strict=True)]


def layer_squares(g: Tensor, slices: list[tuple[int, slice]]) -> Tensor:
    """Sums of squares over the coordinates of each layer, [n, P] -> [n, L], float64."""
    squares = g.new_zeros(len(g), 1 + max(layer for layer, _ in slices), dtype=torch.float64)
    for layer, span in slices:
        squares[:, layer] += squared_lengths(g[:, span])
    return squares


def layer_products(a: Tensor, b: Tensor, slices: list[tuple[int, slice]]) -> Tensor:
    """Inner products of gradients over the coordinates of each layer, [M, P] and [M, P] ->
    [L, M, M], float64: all that is asked of them."""
    products = torch.zeros(1 + max(layer for layer, _ in slices), len(a), len(b)).double()
    for layer, span in slices:
        products[layer] += a[:, span].double() @ b[:, span].double().T
    return products


def draw_gradients(
    estimator: Estimator, point: Point, memory: Memory, n: int, purpose: int = noise.ESTIMATE
) -> Blocks:
    """n estimates on every minibatch.  Estimate r on minibatch m hangs on (seed, purpose, m n + r)
    alone, so estimators share the noise that they both want."""
    slices, count = layer_slices(point.params), len(point.batches["x"])
    zeros = partial(point.batches["x"].new_zeros, dtype=torch.float64)
    means = zeros((count, slices[-1][1].stop))
    squares, seconds = zeros((count, len(layer_parameters(point.params)))), []
    for block, g, spent in gradient_chunks(estimator, point, memory, n, purpose):
        for layer, span in slices:
            add_gradients(means[:, span], squares[:, layer], block, g[:, span])
        seconds.append(spent / len(g))
    del g
    return_freed_memory()
    means /= n
    within = to_host(squares - n * layer_squares(means, slices)) / (n - 1)
    averages = to_host(means).to(point.batches["x"].dtype)
    return Blocks(averages, within.clamp(min=0), n, torch.tensor(seconds, dtype=torch.float64))


def gradient_chunks(
    estimator: Estimator, point: Point, memory: Memory, n: int, purpose: int
) -> Iterator[tuple[Tensor, Tensor, float]]:
    """(minibatch [c], gradient [c, P], seconds) of c estimates at a time."""
    uniforms = probe_noise(estimator, point, purpose)

    def one(batch: Params, u: list[Tensor]) -> Tensor:
        return frozen.flat_gradient(
            estimate_gradient(estimator, point.net, point.params, memory, batch, u).params
        )

    first = [u[0] for u in frozen.stacked_noise(uniforms, [0])]
    size, total = chunk_size(lambda: one(point.batch(0), first)), n * len(point.batches["x"])
    together = vmap(one)
    for some in torch.split(torch.arange(total), max(1, min(size, total // PIECES))):
        u = frozen.stacked_noise(uniforms, some.tolist())
        batch = {k: v[(some // n).to(v.device)] for k, v in point.batches.items()}
        start = work_clock(u[0].device)
        g = together(batch, u)
        yield some // n, g, work_clock(g.device) - start


def probe_noise(
    estimator: Estimator, point: Point, purpose: int = noise.ESTIMATE
) -> noise.Uniforms:
    """Uniforms of one estimate on one minibatch at a time, its number in place of a step."""
    x = point.batches["x"]
    shapes = estimator.noise(point.net, x.shape[1])
    return noise.Uniforms(shapes, [point.seed], x.dtype, purpose, x.device)


def reference_blocks(point: Point, n: int) -> Blocks:
    """Gradients of the model's own objective: exact, or the means of n unbiased estimates of 8
    samples."""
    if not frozen.is_enumerable(point.net):
        return draw_gradients(
            frozen.unbiased_estimator(point.net, 8), point, Memory(), n, noise.REFERENCE
        )

    def one(batch: Params) -> Tensor:
        return frozen.flat_gradient(exact.objective_gradient(point.net, point.params, batch))

    together = vmap(one, chunk_size=chunk_size(lambda: one(point.batch(0))))
    means = to_host(together(point.batches))
    return Blocks(
        means, torch.zeros(len(means), len(layer_parameters(point.params))), 1, torch.zeros(0)
    )
