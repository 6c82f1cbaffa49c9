"""Straight-through Gumbel-softmax.  Jang, Gu, Poole, ICLR 2017, arXiv:1611.01144.

The discrete value forward, the derivative of its relaxation backward.  Biased.
"""

from torch import Tensor

from ..chain import Site
from ..core import Estimate, Estimator, Memory, Net, Params, multi_sample_bound
from ..specs import pathwise
from ..units import as_discrete


class STGumbelSoftmax(pathwise.STGumbelSoftmax, Estimator):
    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        def pick(site: Site, a: Tensor) -> Tensor:
            unit = as_discrete(site.unit)
            x = unit.perturb(a, site(noise))
            soft = unit.soft(x, self.temperature)
            return unit.hard(x).detach() + soft - soft.detach()

        cost = multi_sample_bound(net.walk(params, batch, pick).cost).mean()
        return Estimate(cost, cost)
