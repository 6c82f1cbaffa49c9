"""RODEO.  Shi, Zhou, Hwang, Titsias, Mackey, NeurIPS 2022, arXiv:2202.09497.

Leave-one-out over K draws, corrected by Gibbs-Stein operators A of surrogates h of the cost: A h
has mean zero whatever h is, and asks for h at every flip of a unit.  h of a draw is made from the
other draws' costs and slopes: their first-order expansion, plus a network of both.  Departures: one
alpha and one beta per layer, trained on what remains of the square of the gradient in the logits.
"""

import torch
import torch.nn.functional as F

from ..affine import affine
from ..core import Estimate, Estimator, Memory, draws, remaining
from ..expansions import slopes_at
from ..specs import control_variates


class RODEO(control_variates.RODEO, Estimator):
    def noise(self, net, size):
        return draws(net, size, self.draws)

    def init(self, net, params, generator):
        depth, hidden = len(net.units), self.hidden
        learned = {"alpha": torch.zeros(depth), "beta": torch.zeros(depth)}
        for l in range(depth):
            learned |= {f"in{l}.w": torch.randn(2, hidden, generator=generator) * 0.1}
            learned |= {f"in{l}.b": torch.zeros(hidden)}
            learned |= {f"out{l}.w": torch.zeros(hidden, 2), f"out{l}.b": torch.zeros(2)}
        return Memory(learned)

    def estimate(self, net, params, memory, batch, noise):
        slopes, chain = slopes_at(net, params, batch, noise)
        given, K = chain.detach(), self.draws
        cost = surrogate = chain.cost.mean()
        tuning = 0.0
        for l, unit in enumerate(net.units):
            z, a, f = given.z[l], given.logits[l], given.to_go[l]  # [K, B, n], _, [K, B, 1]
            own, moved = surrogates(memory.learned, l, f, slopes[l].detach(), z)
            turn, q = 1 - 2 * z, unit.log_prob(a, 1 - z).exp()  # to each flip, and its probability
            stein = (q * (moved - own)).mean(-1, keepdim=True)  # A h at each draw, [2, K, B, 1]
            s = z - unit.mean(a)
            judged = f + memory.learned["alpha"][l] * stein[0]
            others = lambda x: (x.sum(0) - x) / (K - 1)
            stein_s = s * stein[1] + q * moved[1] * turn / unit.n  # A (h s)
            g = (f - others(judged)) * s + memory.learned["beta"][l] * stein_s
            surrogate = surrogate + (g.detach() * chain.logits[l]).sum() / z.shape[:2].numel()
            tuning = tuning + remaining(g, (f - others(f)) * s)
        return Estimate(surrogate, cost, {}, tuning)


def surrogates(learned, l, f, slope, z):
    """The mean over the other draws of the two surrogates, at each draw and at its flips:
    [2, K, B, 1] and [2, K, B, n]."""
    off = (slope * (z.unsqueeze(1) - z)).sum(-1, keepdim=True)  # [K, K, B, 1]: at draw k, by draw j
    off = torch.cat([off, off + slope * (1 - 2 * z).unsqueeze(1)], -1)
    seen = torch.stack([f.expand_as(off), off], -1)
    h = (f + off).unsqueeze(-1) + affine(
        learned, f"out{l}", F.leaky_relu(affine(learned, f"in{l}", seen))
    )
    others = (1 - torch.eye(len(z), dtype=z.dtype)).reshape(*[len(z)] * 2, 1, 1, 1)
    h = (h * others).sum(1).movedim(-1, 0) / (len(z) - 1)
    return h[..., :1], h[..., 1:]
