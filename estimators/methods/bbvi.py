"""Black-box variational inference.  Ranganath, Gerrish, Blei, AISTATS 2014, arXiv:1401.0118.

Rao-Blackwellised to the part of the cost that a layer can still change; then, for each variational
parameter (here a logit of an example), g = signal times score h, less a h with a = E[g h] / E[h^2].
Departures: a comes from the other K - 1 draws, so that the estimate is unbiased, and from moments
about zero, the mean of a score; units of one layer share its signal.
"""

import torch
from torch import Tensor
from torch.func import grad

from ..chain import draw_values
from ..core import Estimate, Estimator, Memory, Net, Params, Shape, draw_shapes
from ..specs import score_function


class BBVI(score_function.BBVI, Estimator):
    def noise(self, net: Net, size: int) -> list[Shape]:
        return draw_shapes(net, size, self.draws)

    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        chain = net.walk(params, batch, draw_values(noise))
        trunk = chain.detach()
        cost = surrogate = chain.cost.mean()
        for l, unit in enumerate(net.units):
            z, signal = trunk.z[l], trunk.to_go[l]
            a = trunk.logits[l].expand(*z.shape[:2], unit.n, *unit.parameter)
            h = grad(lambda a: unit.log_prob(a, z).sum())(a)  # [K, B, n, *p]
            g = signal.reshape(*signal.shape, *[1] * len(unit.parameter)) * h
            a = others_sum(g * h) / others_sum(h * h).clamp(min=torch.finfo(h.dtype).tiny)
            surrogate = surrogate + ((g - a * h) * chain.logits[l]).sum() / z.shape[:2].numel()
        return Estimate(surrogate, cost)


def others_sum(x: Tensor) -> Tensor:
    """For each draw the sum of the others, added up without it, so that one that outweighs them
    takes none of their digits: [K, ...] -> [K, ...]."""
    others: Tensor = 1 - torch.eye(len(x), dtype=x.dtype, device=x.device)
    total: Tensor = torch.tensordot(others, x, 1)
    return total
