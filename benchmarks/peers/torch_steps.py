"""RODEO's formula in plain PyTorch, one seed, on one layer: autograd throughout, and every flip of
every draw asked of a network of modules.

Shi et al., NeurIPS 2022, arXiv:2202.09497.  What is learned lowers the square of the estimate.
"""

import torch
from torch import Tensor, nn

from estimators.specs.control_variates import RODEO
from estimators.timing.programs import RATE
from estimators.timing.turns import Side

from .start import Start


class Surrogates(nn.Module):
    """Two functions of a draw, made of the costs and slopes of the others."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.alpha, self.beta = nn.Parameter(torch.zeros(())), nn.Parameter(torch.zeros(()))
        self.network = nn.Sequential(nn.Linear(2, hidden), nn.LeakyReLU(), nn.Linear(hidden, 2))
        nn.init.zeros_(self.network[2].weight)
        nn.init.zeros_(self.network[2].bias)

    def forward(self, f: Tensor, slope: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
        """At each draw [K, B, 2] and at its flips [K, B, n, 2], means over the other draws, of
        costs [K, B], slopes and values [K, B, n]."""
        h = [
            self.expansions(f.roll(-i, 0), slope.roll(-i, 0), z.roll(-i, 0), z)
            for i in range(1, len(z))
        ]
        mean = torch.stack(h).mean(0)
        return mean[..., 0, :], mean[..., 1:, :]

    def expansions(self, f: Tensor, slope: Tensor, start: Tensor, z: Tensor) -> Tensor:
        """What one other draw, with these at ``start``, makes of each and its flips."""
        off = (slope * (z - start)).sum(-1, keepdim=True)
        off = torch.cat([off, off + slope * (1 - 2 * z)], -1)
        costs = f.unsqueeze(-1).expand_as(off)
        h: Tensor = (costs + off).unsqueeze(-1) + self.network(torch.stack([costs, off], -1))
        return h


def log_prob(z: Tensor, logits: Tensor) -> Tensor:
    """[..., n] -> [..., n]"""
    return z * logits - nn.functional.softplus(logits)


def logit_gradient(learned: Surrogates, f: Tensor, slope: Tensor, z: Tensor, a: Tensor) -> Tensor:
    """The estimate in the logits ``a`` [B, n], of each draw: [K, B, n]."""
    there, moved = learned(f, slope, z)
    turned, score = log_prob(1 - z, a).exp(), z - a.sigmoid()
    stein = (turned.unsqueeze(-1) * (moved - there.unsqueeze(-2))).mean(-2)
    judged = f + learned.alpha * stein[..., 0]
    baseline = (judged.sum(0) - judged) / (len(z) - 1)
    correction = score * stein[..., 1:] + turned * moved[..., 1] * (1 - 2 * z) / z.shape[-1]
    return (f - baseline).unsqueeze(-1) * score + learned.beta * correction


def rodeo_side(start: Start) -> Side:
    """A call returns the cost."""
    [up], [down] = (net := start.modules()).encoder, net.decoder
    spec, learned = RODEO(), Surrogates(RODEO().hidden)
    optimizer = torch.optim.Adam(
        [
            {"params": net.parameters(), "lr": RATE},
            {"params": learned.parameters(), "lr": RATE * spec.tuning_rate},
        ]
    )

    def step() -> Tensor:
        optimizer.zero_grad()
        x = start.minibatch()
        a = up(x - start.mean)
        fixed = a.detach()
        z = (torch.rand(start.draws, *a.shape) < fixed.sigmoid()).float().requires_grad_()
        log_p = log_prob(x, down(2 * z - 1)).sum(-1) + log_prob(z, net.prior).sum(-1)
        cost = log_prob(z, fixed).sum(-1) - log_p
        [slope] = torch.autograd.grad(cost.sum(), z, retain_graph=True)
        g = logit_gradient(learned, cost.detach(), slope, z.detach(), fixed)
        estimate = (g.detach() * a).sum(-1).mean() + cost.mean()
        (estimate + g.square().sum(-1).mean()).backward()
        optimizer.step()
        return cost.detach().mean()

    return Side(step)


def timed_sides(name: str, start: Start, lanes: int) -> dict[str, Side]:
    return {"plain torch": rodeo_side(start)}
