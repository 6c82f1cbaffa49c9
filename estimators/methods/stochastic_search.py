"""Stochastic search.  Paisley, Blei, Jordan, ICML 2012, arXiv:1206.6430.

The cost less a times a function g of which the mean is known; a times the derivative of that mean
is added back.  Here g is the first-order expansion around the mean-field pass, one per layer, and a
= Cov(f, g) / Var(g).  Departure: a comes from running moments of earlier steps, so that the
estimate is unbiased; fresh, it is zero.
"""

import torch
from torch import Tensor

from ..chain import detach_params, draw_values, score_term, sum_tensors
from ..core import Estimate, Estimator, Memory, Net, Params, Shape, draw_shapes
from ..expansions import linear_expansion, mean_field
from ..specs import score_function


class StochasticSearch(score_function.StochasticSearch, Estimator):
    def noise(self, net: Net, size: int) -> list[Shape]:
        return draw_shapes(net, size, self.draws)

    def init(self, net: Net, params: Params, generator: torch.Generator) -> Memory:
        return Memory(
            {}, {f"{m}{l}": torch.zeros(()) for m in ("fg", "gg") for l in range(len(net.units))}
        )

    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        chain = net.walk(params, batch, draw_values(noise))
        trunk, cost = chain.detach(), chain.cost.mean()
        slopes, mean = mean_field(net, detach_params(params), batch, trunk)
        signals, analytic, running = [], [], {}
        for l, unit in enumerate(net.units):
            f, g = (
                trunk.to_go[l],
                linear_expansion(unit, slopes[l], mean, trunk, l),
            )  # [S, B, groups]
            fg, gg = memory.running[f"fg{l}"], memory.running[f"gg{l}"]
            a = fg / gg.clamp(min=torch.finfo(gg.dtype).tiny)
            signals.append(f - a * g)
            mean_term = unit.dot(slopes[l], unit.mean(chain.logits[l])).sum(-1).mean()
            analytic.append(a * mean_term)
            off = g - g.mean()
            running[f"fg{l}"] = torch.lerp((f * off).mean(), fg, self.decay)
            running[f"gg{l}"] = torch.lerp((g * off).mean(), gg, self.decay)
        return Estimate(cost + score_term(chain, signals) + sum_tensors(analytic), cost, running)
