"""Slope-annealed straight-through.  Chung, Ahn, Bengio, ICLR 2017, arXiv:1609.01704.

Straight-through by the derivative of the mean at a steeper slope, which grows as training goes.
Departure: units are drawn at slope one, where the paper thresholds a hard sigmoid of the steeper
slope.
"""

import torch
from torch import Tensor

from ..chain import Site
from ..core import Estimate, Estimator, Memory, Net, Params, multi_sample_bound
from ..specs import pathwise
from ..units import as_discrete


class SlopeAnnealed(pathwise.SlopeAnnealed, Estimator):
    def init(self, net: Net, params: Params, generator: torch.Generator) -> Memory:
        return Memory({}, {"step": torch.zeros(())})

    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        step = memory.running["step"]
        slope = (1 + self.growth * step).clamp(max=self.slope)

        def pick(site: Site, a: Tensor) -> Tensor:
            steep = as_discrete(site.unit).soft(a, 1 / slope)
            return site.unit.sample(a, site(noise)).detach() + steep - steep.detach()

        cost = multi_sample_bound(net.walk(params, batch, pick).cost).mean()
        return Estimate(cost, cost, {"step": step + 1})
