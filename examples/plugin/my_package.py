"""REINFORCE on antithetic pairs: spec and method in one class."""

from typing import Literal

import torch
from pydantic import Field

from estimators import specs
from estimators.chain import draw_values, score_term
from estimators.core import Estimate, Estimator, draw_shapes


class Antithetic(specs.Estimator, Estimator):
    """REINFORCE on pairs of draws from u and 1 - u, each pair's mean judged against the other
    pairs'."""

    name: Literal["antithetic"] = "antithetic"
    pairs: int = Field(2, ge=2, le=16, description="of draws per example")
    families = ("bernoulli",)  # u and 1 - u are opposites for units of two values
    of_values = False  # one uniform gives two values: the oracle may not choose them one by one
    certified = ({}, {"pairs": 3})

    def evaluations(self, model):
        return 2 * self.pairs, 2 * self.pairs

    def noise(self, net, size):
        return draw_shapes(net, size, self.pairs)

    def estimate(self, net, params, memory, batch, noise):
        chain = net.walk(params, batch, draw_values([torch.cat([u, 1 - u]) for u in noise]))
        signals = [signal - others(signal, self.pairs) for signal in chain.detach().to_go]
        cost = chain.cost.mean()
        return Estimate(cost + score_term(chain, signals), cost)


def others(signal, pairs):
    """The mean over the draws of the other pairs, [2 * pairs, B, groups]."""
    pair = signal.unflatten(0, (2, pairs)).sum(0)
    return ((pair.sum(0) - pair) / (2 * pairs - 2)).repeat(2, *[1] * (signal.dim() - 1))
