"""ARMS.  Dimitriev and Zhou, ICML 2021, arXiv:2105.14141.

n antithetic draws of each layer by a Dirichlet copula, judged against their mean and weighed by
p (1 - p) / (p - P(two are both 1)).  With two draws it is DisARM.  The chain is the first draw; the
others keep the layers below it and its uniforms above.
"""

import torch

from ..chain import HardRule, detached, sample
from ..core import Estimate, Estimator, draws
from ..specs import score_function


class ARMS(score_function.ARMS, Estimator):
    def noise(self, net, size):
        return draws(net, size, self.draws)

    def estimate(self, net, params, memory, batch, noise):
        n, copulas = self.draws, [copula(u) for u in noise]
        first = lambda at, a: at.unit.sample(a, mirrored(a, at(copulas)[:1])).detach()
        chain = net.walk(params, batch, HardRule(first))
        fixed, given = detached(params), chain.detach()
        uniforms = [mirrored(a, v) for a, v in zip(given.logits, copulas)]  # [n, B, units]
        cost = surrogate = chain.cost.mean()
        for k, logits in enumerate(chain.logits):
            pick = sample([u[1:] if l == k else u[:1] for l, u in enumerate(uniforms)])
            twins = net.walk(fixed, batch, pick, k, given)
            z = torch.cat([given.z[k], twins.z[k]])  # [n, B, units]
            f = torch.cat([given.to_go[k], twins.to_go[k]])
            slope = ((f - f.mean(0)) * z).sum(0) / (n - 1) * weight(given.logits[k], n)
            surrogate = surrogate + (slope * logits).sum(-1).mean()
        return Estimate(surrogate, cost)


def copula(u):
    """n uniforms of which no two are alike, from n independent ones: [n, ...]."""
    e = -u.log()
    return (1 - e / e.sum(0)) ** (len(u) - 1)


def mirrored(a, v):
    """Uniforms with which a unit is 1 where v < p, or, for a p of a half or more, where 1 - v < p."""
    return torch.where(a < 0, 1 - v, v)


def weight(a, n):
    """p (1 - p) / (p - joint); the same for p and for 1 - p, so that the smaller one serves."""
    p = torch.sigmoid(-a.abs()).clamp(min=torch.finfo(a.dtype).tiny)
    joint = (2 * p ** (1 / (n - 1)) - 1).clamp(min=0) ** (n - 1)
    return torch.sigmoid(a.abs()) * p / (p - joint)
