"""Stochastic search.  Paisley, Blei, Jordan, ICML 2012, arXiv:1206.6430.

The cost less a times a function g of which the mean is known; a times the derivative of that mean
is added back.  Here g is the first-order expansion around the mean-field pass, one per layer, and a
= Cov(f, g) / Var(g).  Departure: a comes from running moments of earlier steps, so that the
estimate is unbiased; fresh, it is zero.
"""

import torch

from ..chain import detached, sample, score
from ..core import Estimate, Estimator, Memory, draws
from ..expansions import expansion, mean_field
from ..specs import score_function


class StochasticSearch(score_function.StochasticSearch, Estimator):
    def noise(self, net, size):
        return draws(net, size, self.draws)

    def init(self, net, params, generator):
        return Memory(
            {}, {f"{m}{l}": torch.zeros(()) for m in ("fg", "gg") for l in range(len(net.units))}
        )

    def estimate(self, net, params, memory, batch, noise):
        chain = net.walk(params, batch, sample(noise))
        given, cost = chain.detach(), chain.cost.mean()
        slopes, mean = mean_field(net, detached(params), batch, given)
        signals, known, running = [], 0.0, {}
        for l, unit in enumerate(net.units):
            f, g = given.to_go[l], expansion(unit, slopes[l], mean, given, l)  # [S, B, groups]
            fg, gg = memory.running[f"fg{l}"], memory.running[f"gg{l}"]
            a = fg / gg.clamp(min=torch.finfo(gg.dtype).tiny)
            signals.append(f - a * g)
            known = known + a * unit.dot(slopes[l], unit.mean(chain.logits[l])).sum(-1).mean()
            off = g - g.mean()
            running[f"fg{l}"] = torch.lerp((f * off).mean(), fg, self.decay)
            running[f"gg{l}"] = torch.lerp((g * off).mean(), gg, self.decay)
        return Estimate(cost + score(chain, signals) + known, cost, running)
