"""The pathwise gradient.  Kingma and Welling, ICLR 2014, arXiv:1312.6114; Rezende et al., ICML
2014; on the bound of K samples, Burda et al., ICLR 2016, arXiv:1509.00519.
"""

from torch import Tensor

from ..core import Estimate, Estimator, Memory, Net, Params, multi_sample_bound
from ..specs import pathwise


class Reparameterization(pathwise.Reparameterization, Estimator):
    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        pick = lambda site, a: site.unit.sample(a, site(noise))
        cost = multi_sample_bound(net.walk(params, batch, pick).cost).mean()
        return Estimate(cost, cost)
