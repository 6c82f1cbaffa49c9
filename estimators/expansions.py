"""First-order expansions of the cost: what MuProp and those after it share."""

import torch
from torch import Tensor
from torch.func import grad

from .chain import Chain, HardRule, Params, draw_values
from .core import Net
from .units import Unit


def mean_field(
    net: Net, params: Params, batch: Params, trunk: Chain, start: int = 0
) -> tuple[list[Tensor], Chain]:
    """The derivative of the cost in each value, [B, n, *v] per layer, where values from layer
    ``start`` up are means, and that pass."""

    def cost(shift: list[Tensor]) -> tuple[Tensor, Chain]:
        mean = lambda site, a: site.unit.mean(a) + site(shift)
        chain = net.walk(params, batch, mean, start, trunk)
        return chain.cost.sum(), chain

    slopes, chain = grad(cost, has_aux=True)([torch.zeros_like(z[0]) for z in trunk.z])
    return slopes, chain


def linear_expansion(unit: Unit, slope: Tensor, mean: Chain, trunk: Chain, l: int) -> Tensor:
    """The cost to go at the values of layer l, by its value and slope at their means, [..., B,
    groups]."""
    return mean.to_go[l] + unit.together(unit.dot(slope, trunk.z[l] - mean.z[l]))


def sampled_slopes(
    net: Net, params: Params, batch: Params, noise: list[Tensor]
) -> tuple[list[Tensor], Chain]:
    """The derivative of the cost in each value drawn, [K, B, n, *v] per layer, and the chain."""

    def cost(shift: list[Tensor]) -> tuple[Tensor, Chain]:
        shifted = HardRule(lambda site, a: draw_values(noise)(site, a) + site(shift), moved=True)
        chain = net.walk(params, batch, shifted)
        return chain.cost.sum(), chain

    slopes, chain = grad(cost, has_aux=True)([torch.zeros_like(u) for u in noise])
    return slopes, chain
