"""First-order expansions of the cost: what MuProp and those after it share."""

import torch
from torch import Tensor
from torch.func import grad

from .chain import Chain, HardRule, Params, draw_values
from .core import Memory, Net
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

    # Not of one draw, though many be drawn together: they share what no value moved.
    zeros = [torch.zeros(z.shape[1:], dtype=z.dtype, device=z.device) for z in trunk.z]
    slopes, chain = grad(cost, has_aux=True)(zeros)
    return slopes, chain


def linear_term(unit: Unit, slope: Tensor, mean: Chain, trunk: Chain, l: int) -> Tensor:
    """What the values of layer l add to the cost to go at their means, to first order, [..., B,
    groups]."""
    return unit.together(unit.dot(slope, trunk.z[l] - mean.z[l]))


def linear_expansion(unit: Unit, slope: Tensor, mean: Chain, trunk: Chain, l: int) -> Tensor:
    """The cost to go at the values of layer l, by its value and slope at their means, [..., B,
    groups]."""
    return mean.to_go[l] + linear_term(unit, slope, mean, trunk, l)


def learned_scale(memory: Memory, name: str, l: int, control: Tensor) -> Tensor:
    """Of layer l's control variate; one where none is learned.  Its gradient is per mean square of
    what it scales, so that one rate fits every cost."""
    if name not in memory.learned:
        return torch.ones(())
    scale = memory.learned[name][l]
    return scale.detach() + (scale - scale.detach()) / control.square().mean().clamp(min=1e-6)


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
