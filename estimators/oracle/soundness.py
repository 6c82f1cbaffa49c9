"""What an estimate has to be before its mean is worth a look: a finite number, and the mean of what
the examples of its minibatch give one by one."""

import torch
from torch import Tensor
from torch.func import vmap

from ..chain import Params
from ..core import Estimator, Memory, Net, estimate_gradient
from . import exact


def examples_separate(
    estimator: Estimator,
    net: Net,
    params: Params,
    memory: Memory,
    batch: Params,
    noise: list[Tensor],
) -> bool:
    """Whether the estimate of a minibatch is the mean of the estimates of its examples, each with
    its own part of the noise, [S, draws, B, ...] of S estimates in float64.  Enumeration of one
    example after the other rests on that."""

    def estimate(batch: Params, *u: Tensor) -> Params:
        return estimate_gradient(estimator, net, params, memory, batch, list(u)).params

    over_draws = vmap(estimate, (None, *[0] * len(noise)))
    together = over_draws(batch, *noise)
    each = {k: v.unsqueeze(1) for k, v in batch.items()}  # minibatches of one
    parts = [u.movedim(2, 0).unsqueeze(3) for u in noise]  # [B, S, draws, 1, ...]
    alone = vmap(over_draws)(each, *parts)
    return all(agree(together[k], alone[k].mean(0)) for k in together)


def agree(one: Tensor, two: Tensor) -> bool:
    """Equal but for rounding, of the largest entry; what is not finite is judged elsewhere."""
    finite = one.isfinite() & two.isfinite()
    one, two = one.where(finite, torch.zeros_like(one)), two.where(finite, torch.zeros_like(two))
    return bool((one - two).abs().max() <= 1e-8 * (1 + two.abs().max()))


def sampled_breaks(
    estimator: Estimator,
    net: Net,
    params: Params,
    memory: Memory,
    batch: Params,
    noise: list[Tensor],
) -> int:
    """How many of S estimates, by noise [S, draws, B, ...], are not finite."""
    one = vmap(lambda u: estimate_gradient(estimator, net, params, memory, batch, u).params)
    return broken_rows(one(noise))


def enumerated_breaks(
    estimator: Estimator, net: Net, params: Params, memory: Memory, batch: Params
) -> tuple[int, int]:
    """(How many estimates are not finite, of how many): at every set of values of each example."""
    broken, total = 0, 0
    for b in range(len(batch["x"])):
        example = {k: v[b : b + 1] for k, v in batch.items()}
        weights, g = exact.weighed_outcomes(estimator, net, params, memory, example)
        broken, total = broken + broken_rows(g.params), total + len(weights)
    return broken, total


def broken_rows(g: Params) -> int:
    """Of [S, ...] tensors, in how many of the S something is not finite."""
    whole = [v.isfinite().reshape(len(v), -1).all(1) for v in g.values()]
    return int((~torch.stack(whole).all(0)).sum())
