"""ARMS.  Dimitriev and Zhou, ICML 2021, arXiv:2105.14141.

n antithetic draws of each layer by a Dirichlet copula, judged against their mean and weighed by
p (1 - p) / (p - P(two are both 1)).  With two draws it is DisARM.  The chain is the first draw; the
others keep the layers below it and its uniforms above.
"""

import torch
from torch import Tensor

from ..chain import HardRule, detach_params, draw_values
from ..core import Estimate, Estimator, Memory, Net, Params, Shape, draw_shapes
from ..specs import score_function


class ARMS(score_function.ARMS, Estimator):
    def noise(self, net: Net, size: int) -> list[Shape]:
        return draw_shapes(net, size, self.draws)

    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        n, copulas = self.draws, [dirichlet_copula(u) for u in noise]
        first = lambda site, a: site.unit.sample(a, mirror_uniforms(a, site(copulas)[:1])).detach()
        chain = net.walk(params, batch, HardRule(first))
        fixed, trunk = detach_params(params), chain.detach()
        pairs = zip(trunk.logits, copulas, strict=True)
        uniforms = [mirror_uniforms(a, v) for a, v in pairs]  # [n, B, units]
        cost = surrogate = chain.cost.mean()
        for k, logits in enumerate(chain.logits):
            pick = draw_values([u[1:] if l == k else u[:1] for l, u in enumerate(uniforms)])
            twins = net.walk(fixed, batch, pick, k, trunk)
            z = torch.cat([trunk.z[k], twins.z[k]])  # [n, B, units]
            f = torch.cat([trunk.to_go[k], twins.to_go[k]])
            slope = ((f - f.mean(0)) * z).sum(0) / (n - 1) * score_weight(trunk.logits[k], n)
            surrogate = surrogate + (slope * logits).sum(-1).mean()
        return Estimate(surrogate, cost)


def dirichlet_copula(u: Tensor) -> Tensor:
    """n uniforms of which no two are alike, from n independent ones: [n, ...]."""
    e = -u.log()
    return (1 - e / e.sum(0)) ** (len(u) - 1)


def mirror_uniforms(a: Tensor, v: Tensor) -> Tensor:
    """Uniforms with which a unit is 1 where v < p, or, for p of a half or more, where 1 - v < p."""
    return torch.where(a < 0, 1 - v, v)


def score_weight(a: Tensor, n: int) -> Tensor:
    """p (1 - p) / (p - joint); the same for p and for 1 - p, so that the smaller one serves."""
    p = torch.sigmoid(-a.abs()).clamp(min=torch.finfo(a.dtype).tiny)
    joint = (2 * p ** (1 / (n - 1)) - 1).clamp(min=0) ** (n - 1)
    return torch.sigmoid(a.abs()) * p / (p - joint)
