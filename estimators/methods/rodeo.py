"""RODEO.  Shi, Zhou, Hwang, Titsias, Mackey, NeurIPS 2022, arXiv:2202.09497.

Leave-one-out over K draws, corrected by Gibbs-Stein operators A of surrogates h of the cost: A h
has mean zero whatever h is, and asks for h at every flip of a unit.  h of a draw is made from the
other draws' costs and slopes: their first-order expansion, plus a network of both, which all flips
of a draw ask along one line.  Departures: one alpha and one beta per layer, trained on what remains
of the square of the gradient in the logits.
"""

import torch
from torch import Tensor

from ..affine import network_params
from ..chain import others_mean, sum_tensors
from ..core import Estimate, Estimator, Memory, Net, Params, Shape, draw_shapes, remaining_share
from ..expansions import sampled_slopes
from ..line_network import network_along
from ..specs import control_variates


class RODEO(control_variates.RODEO, Estimator):
    def noise(self, net: Net, size: int) -> list[Shape]:
        return draw_shapes(net, size, self.draws)

    def init(self, net: Net, params: Params, generator: torch.Generator) -> Memory:
        depth = len(net.units)
        learned = {"alpha": torch.zeros(depth), "beta": torch.zeros(depth)}
        for l in range(depth):
            learned |= network_params(l, (2, self.hidden, 2), 0.1, generator)
        return Memory(learned)

    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        slopes, chain = sampled_slopes(net, params, batch, noise)
        trunk, tunings = chain.detach(), []
        cost = surrogate = chain.cost.mean()
        for l, unit in enumerate(net.units):
            z, a, f = trunk.z[l], trunk.logits[l], trunk.to_go[l]  # [K, B, n], _, [K, B, 1]
            there, moved = stein_terms(memory.learned, l, f, slopes[l].detach(), z)
            turn, q = 1 - 2 * z, unit.log_prob(a, 1 - z).exp()  # to each flip, and its probability
            stein = (q * (moved - there)).mean(-1, keepdim=True)  # A h at each draw, [2, K, B, 1]
            s, judged = z - unit.mean(a), f + memory.learned["alpha"][l] * stein[0]
            stein_s = s * stein[1] + q * moved[1] * turn / unit.n  # A (h s)
            g = (f - others_mean(judged)) * s + memory.learned["beta"][l] * stein_s
            surrogate = surrogate + (g.detach() * chain.logits[l]).sum() / z.shape[:2].numel()
            tunings.append(remaining_share(g, (f - others_mean(f)) * s))
        return Estimate(surrogate, cost, {}, sum_tensors(tunings))


def stein_terms(learned: Params, l: int, f: Tensor, slope: Tensor, z: Tensor) -> list[Tensor]:
    """The mean over the other draws of the two surrogates, at each draw and at its flips:
    [2, K, B, 1] and [2, K, B, n]."""
    turns = range(1, len(z))  # for each draw, the others: [K, K - 1, B, ...]
    f, slope, start = (torch.stack([x.roll(-i, 0) for i in turns], 1) for x in (f, slope, z))
    off = (slope * (z.unsqueeze(1) - start)).sum(-1, keepdim=True)
    off = torch.cat([off, off + slope * (1 - 2 * z).unsqueeze(1)], -1)
    h = (f + off).unsqueeze(-2) + network_along(learned, l, f, off)
    h = h.mean(1).movedim(-2, 0)
    return [h[..., :1], h[..., 1:]]
