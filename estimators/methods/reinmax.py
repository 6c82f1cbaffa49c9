"""ReinMax.  Liu, Dong, Liu, Yu, Gao, NeurIPS 2023, arXiv:2304.08612.

Straight-through to second order: twice the derivative of the mean at probabilities half way to the
value drawn, less half of that at the unit's own.  Exact at temperature one where the cost is
quadratic in each unit of one layer; for Bernoulli units it is the 1/2 estimator.
"""

from torch import Tensor

from ..chain import Site
from ..core import Estimate, Estimator, Memory, Net, Params, multi_sample_bound
from ..specs import pathwise
from ..units import as_discrete


class ReinMax(pathwise.ReinMax, Estimator):
    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        def pick(site: Site, a: Tensor) -> Tensor:
            unit = as_discrete(site.unit)
            z = unit.sample(a, site(noise)).detach()
            half_way = (unit.soft(a, self.temperature).detach() + z) / 2
            through = (
                2 * unit.covariance(half_way, a) - unit.covariance(unit.mean(a).detach(), a) / 2
            )
            return z + through - through.detach()

        cost = multi_sample_bound(net.walk(params, batch, pick).cost).mean()
        return Estimate(cost, cost)
