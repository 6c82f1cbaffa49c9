"""The likelihood bound, one and the same for every estimator: hard samples, never a relaxation."""

import math

import torch
from torch import Tensor

from . import noise
from .chain import Params, draw_values
from .core import Net, draw_shapes

CHUNK = 2**18  # values of units at a time: what stays in a cache
PART = 128  # examples at a time, for the same reason


def sampled_costs(net: Net, params: Params, batch: Params, seed: int, split: int, samples: int):
    """Yields [K, B], until there are ``samples`` for every example.  Sample k of an example hangs
    on (seed, split, k) alone."""
    net, size, dtype = net.sampled, len(batch["x"]), batch["x"].dtype
    values = sum(math.prod(shape) for shape in draw_shapes(net, min(size, PART), 1))
    chunk = min(samples, max(1, CHUNK // max(values, 1)))
    uniforms = noise.Uniforms(
        draw_shapes(net, size, chunk), [seed], dtype, steps=1, purpose=noise.EVALUATION
    )
    for first in range(0, samples, chunk):
        u = [v[0, 0, : samples - first] for v in uniforms.block(split, first)]
        yield torch.cat([net.walk(params, *part).cost for part in example_parts(batch, u, size)], 1)


def example_parts(batch: Params, u: list[Tensor], size: int):
    """(examples, their rule that draws), few at a time."""
    for start in range(0, size, PART):
        at = slice(start, start + PART)
        yield {k: v[at] for k, v in batch.items()}, draw_values([v[:, at] for v in u])


@torch.no_grad()
def likelihood_bound(
    net: Net, params: Params, batch: Params, seed: int, split: int, samples: int
) -> float:
    """Nats per example: the mean of -log of the mean over samples of exp(-cost), which is
    -log mean p(y|h) for predictions and the bound of Burda et al. (ICLR 2016, arXiv:1509.00519) for
    belief nets."""
    total = torch.full((len(batch["x"]),), -torch.inf, dtype=batch["x"].dtype)
    for cost in sampled_costs(net, params, batch, seed, split, samples):
        total = torch.logaddexp(total, torch.logsumexp(-cost, 0))
    return (math.log(samples) - total.double()).mean().item()


@torch.no_grad()
def mean_cost(
    net: Net, params: Params, batch: Params, seed: int, split: int, samples: int
) -> float:
    """The mean cost: for toys, whose cost is no logarithm of a likelihood."""
    total: Tensor | float = 0.0
    for cost in sampled_costs(net, params, batch, seed, split, samples):
        total = total + cost.double().sum(0)
    return (total / samples).mean().item()


# By what a model's spec is judged by.
JUDGES = {"bound": likelihood_bound, "mean": mean_cost}
