"""ARMS.  Dimitriev and Zhou, ICML 2021, arXiv:2105.14141.

n antithetic draws of each layer by a Dirichlet copula, judged against their mean and weighed by
p (1 - p) / (p - P(two are both 1)).  With two draws it is DisARM.  The chain is the first draw; the
others keep the layers below it and its uniforms above.  Each is a draw of the net like any other:
the decoder has the mean over all that are paid for, as the paper's code has.
"""

import torch
from torch import Tensor

from ..chain import HardRule, draw_values, sum_tensors
from ..core import Estimate, Estimator, Memory, Net, Params, Shape, draw_shapes
from ..specs import score_function
from .disarm import mean_cost


class ARMS(score_function.ARMS, Estimator):
    def noise(self, net: Net, size: int) -> list[Shape]:
        return draw_shapes(net, size, self.draws)

    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        n, copulas = self.draws, [dirichlet_copula(u) for u in noise]
        first = lambda site, a: site.unit.sample(a, mirror_uniforms(a, site(copulas)[:1])).detach()
        chain = net.walk(params, batch, HardRule(first))
        pairs = zip(chain.logits, copulas, strict=True)
        uniforms = [mirror_uniforms(a.detach(), v) for a, v in pairs]  # [n, B, units]
        chains, slopes = [chain], []
        for k, logits in enumerate(chain.logits):
            pick = draw_values([u[1:] if l == k else u[:1] for l, u in enumerate(uniforms)])
            twins = net.walk(params, batch, pick, k, chain)
            z = torch.cat([chain.z[k], twins.z[k]])  # [n, B, units]
            f = torch.cat([chain.to_go[k], twins.to_go[k]]).detach()
            weight = score_weight(logits.detach(), n)
            slopes.append(((f - f.mean(0)) * z).sum(0) / (n - 1) * weight)
            chains.append(twins)
        cost = mean_cost(chains)
        moved = [(s * a).sum(-1).mean() for s, a in zip(slopes, chain.logits, strict=True)]
        return Estimate(cost + sum_tensors(moved), cost)


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
