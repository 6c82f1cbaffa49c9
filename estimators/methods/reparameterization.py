"""The pathwise gradient.  Kingma and Welling, ICLR 2014, arXiv:1312.6114; Rezende et al., ICML
2014; on the bound of K samples, Burda et al., ICLR 2016, arXiv:1509.00519.
"""

from ..core import Estimate, Estimator, bound
from ..specs import pathwise


class Reparameterization(pathwise.Reparameterization, Estimator):
    def estimate(self, net, params, memory, batch, noise):
        pick = lambda at, a: at.unit.sample(a, at(noise))
        cost = bound(net.walk(params, batch, pick).cost).mean()
        return Estimate(cost, cost)
