"""The likelihood bound, one and the same for every estimator: hard samples, never a relaxation."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import torch
from torch import Tensor

from .. import noise
from ..chain import Chain, Params, draw_values
from ..core import Net, draw_shapes
from ..devices import to_host
from .replaying import for_many_calls

# Values of units and examples, by which goes for how many draws there is noise at a time; and rows
# of a product: on the host what stays in a cache, on a device so many that it has work, and memory
# is left for programs beside it.
PORTIONS = {"cpu": (2**18, 128, 1024)}
DEVICE_PORTION = (2**24, 2**16, 2**30)
# Examples that are walked at a time, at least.
LEAST_EXAMPLES = 32
ACTIVE = 0.01  # variance of a posterior mean over the data
Walked = TypeVar("Walked")


def sampled_walks(
    walk: Callable[[Params, Params, Sequence[Tensor]], Walked],
    net: Net,
    params: Params,
    batch: Params,
    seed: int,
    split: int,
    samples: int,
) -> Iterator[list[Walked]]:
    """What ``walk``, through ``net``, makes of (parameters, examples, uniforms): lists for [K, B'],
    few examples at a time, until there are ``samples`` for every example.  Sample k of an example
    hangs on (seed, split, k) alone."""
    size, dtype, device = len(batch["x"]), batch["x"].dtype, batch["x"].device
    most, examples, rows = PORTIONS.get(device.type, DEVICE_PORTION)
    values = sum(math.prod(shape) for shape in draw_shapes(net, min(size, examples), 1))
    chunk = min(samples, max(1, most // max(values, 1)))
    part = min(examples, max(LEAST_EXAMPLES, rows // chunk))
    shapes = draw_shapes(net, size, chunk)
    uniforms = noise.Uniforms(shapes, [seed], dtype, noise.EVALUATION, device)
    one = next(example_parts(batch, [v[0] for v in uniforms.values], part))
    often = for_many_calls(walk, (samples // chunk) * (size // part), params, *one)
    for first in range(0, samples, chunk):
        u = [v[0, : samples - first] for v in uniforms.at(split, first)]
        yield [often(params, *some) for some in example_parts(batch, u, part)]


def sampled_costs(
    net: Net, params: Params, batch: Params, seed: int, split: int, samples: int
) -> Iterator[Tensor]:
    """Yields [K, B], until there are ``samples`` for every example.  Of a walk nothing else is
    held, and of many nothing else is worked out."""
    net = net.sampled

    def walk(params: Params, batch: Params, u: Sequence[Tensor]) -> Tensor:
        return net.walk(params, batch, draw_values(u)).cost

    for costs in sampled_walks(walk, net, params, batch, seed, split, samples):
        yield torch.cat(costs, 1)


def example_parts(
    batch: Params, u: Sequence[Tensor], count: int
) -> Iterator[tuple[Params, list[Tensor]]]:
    """(examples, their uniforms), ``count`` at a time."""
    for start in range(0, len(batch["x"]), count):
        part = slice(start, start + count)
        yield {k: v[part] for k, v in batch.items()}, [v[:, part] for v in u]


@torch.no_grad()
def likelihood_bound(
    net: Net, params: Params, batch: Params, seed: int, split: int, samples: int
) -> float:
    """Nats per example: the mean of -log of the mean over samples of exp(-cost), which is
    -log mean p(y|h) for predictions and the bound of Burda et al. (ICLR 2016, arXiv:1509.00519) for
    belief nets."""
    total = batch["x"].new_full((len(batch["x"]),), -torch.inf)
    for cost in sampled_costs(net, params, batch, seed, split, samples):
        total = torch.logaddexp(total, torch.logsumexp(-cost, 0))
    return to_host((math.log(samples) - total.double()).mean()).item()


@torch.no_grad()
def mean_cost(
    net: Net, params: Params, batch: Params, seed: int, split: int, samples: int
) -> float:
    """The mean cost: for toys, whose cost is no logarithm of a likelihood."""
    total = batch["x"].new_zeros(len(batch["x"]), dtype=torch.float64)
    for cost in sampled_costs(net, params, batch, seed, split, samples):
        total = total + cost.double().sum(0)
    return to_host((total / samples).mean()).item()


@torch.no_grad()
def active_units(
    net: Net, params: Params, batch: Params, seed: int, split: int, samples: int
) -> list[int]:
    """Of every layer, how many units have a posterior mean whose variance over the examples exceeds
    0.01 (Burda et al., section 5.1).  Means of layers above the first are over ``samples`` values
    of the layers below; a unit of several classes counts where the mean of one does."""
    sums: list[Tensor | float] = [0.0] * len(net.units)
    net = net.sampled

    def walk(params: Params, batch: Params, u: Sequence[Tensor]) -> Chain:
        return net.walk(params, batch, draw_values(u))

    for chains in sampled_walks(walk, net, params, batch, seed, split, samples):
        means = [unit_means(net, chain) for chain in chains]
        sums = [
            total + torch.cat(parts)
            for total, parts in zip(sums, zip(*means, strict=True), strict=True)
        ]
    averages = [to_host(torch.as_tensor(total) / samples) for total in sums]
    active = [mean.var(0, correction=0) > ACTIVE for mean in averages]
    return [int(some.flatten(1).any(1).sum() if some.dim() > 1 else some.sum()) for some in active]


def unit_means(net: Net, chain: Chain) -> list[Tensor]:
    """Per layer [B, n, *v]: what the layer below makes its mean, summed over the draws."""
    pairs = zip(net.units, chain.logits, chain.z, strict=True)
    return [unit.mean(a).double().expand_as(z).sum(0) for unit, a, z in pairs]


# By what a model's spec is judged by.
JUDGES = {"bound": likelihood_bound, "mean": mean_cost}
