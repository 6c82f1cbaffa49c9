"""First-order expansions of the cost: what MuProp and those after it share."""

import torch
from torch.func import grad

from .chain import HardRule, sample


def mean_field(net, params, batch, given, start=0):
    """The pass in which values from layer ``start`` up are means, and the derivative of its cost in
    each."""

    def cost(shift):
        mean = lambda at, a: at.unit.mean(a) + at(shift)
        chain = net.walk(params, batch, mean, start, given)
        return chain.cost.sum(), chain

    return grad(cost, has_aux=True)([torch.zeros_like(z[0]) for z in given.z])


def expansion(unit, slope, mean, given, l):
    """The cost to go at the values of layer l, by its value and slope at their means, [..., B,
    groups]."""
    return mean.to_go[l] + unit.together(unit.dot(slope, given.z[l] - mean.z[l]))


def slopes_at(net, params, batch, noise):
    """A chain of values drawn, and the derivative of its cost in each of them."""

    def cost(shift):
        shifted = HardRule(lambda at, a: sample(noise)(at, a) + at(shift), moved=True)
        chain = net.walk(params, batch, shifted)
        return chain.cost.sum(), chain

    return grad(cost, has_aux=True)([torch.zeros_like(u) for u in noise])
