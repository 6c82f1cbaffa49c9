"""Gumbel-Rao.  Paulus, Maddison, Krause, ICLR 2021, arXiv:2010.04838.

Straight-through Gumbel-softmax with its derivative averaged over K draws of the noise given the
value. The noise is held fixed as it is differentiated: a derivative through the conditional
distribution gives another estimator.
"""

from torch import Tensor

from ..chain import Site
from ..core import Estimate, Estimator, Memory, Net, Params, Shape, draw_shapes, multi_sample_bound
from ..specs import pathwise
from ..units import as_discrete


class GumbelRao(pathwise.GumbelRao, Estimator):
    def noise(self, net: Net, size: int) -> list[Shape]:
        return draw_shapes(net, size, net.bound * (1 + self.samples))

    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        def pick(site: Site, a: Tensor) -> Tensor:
            u, v = site(noise).split([net.bound, net.bound * self.samples])
            unit = as_discrete(site.unit)
            z = unit.sample(a, u).detach()
            x = unit.perturb_given(a, z, v.unflatten(0, (self.samples, net.bound))).detach()
            soft = unit.soft(x + a - a.detach(), self.temperature).mean(0)
            return z + soft - soft.detach()

        cost = multi_sample_bound(net.walk(params, batch, pick).cost).mean()
        return Estimate(cost, cost)
