"""Slope-annealed straight-through.  Chung, Ahn, Bengio, ICLR 2017, arXiv:1609.01704.

Straight-through by the derivative of the mean at a steeper slope, which grows as training goes.
Departure: units are drawn at slope one, where the paper thresholds a hard sigmoid of the steeper
slope.
"""

import torch

from ..core import Estimate, Estimator, Memory, bound
from ..specs import pathwise


class SlopeAnnealed(pathwise.SlopeAnnealed, Estimator):
    def init(self, net, params, generator):
        return Memory({}, {"step": torch.zeros(())})

    def estimate(self, net, params, memory, batch, noise):
        step = memory.running["step"]
        slope = (1 + self.growth * step).clamp(max=self.slope)

        def pick(at, a):
            steep = at.unit.soft(a, 1 / slope)
            return at.unit.sample(a, at(noise)).detach() + steep - steep.detach()

        cost = bound(net.walk(params, batch, pick).cost).mean()
        return Estimate(cost, cost, {"step": step + 1})
