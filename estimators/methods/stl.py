"""Sticking the landing.  Roeder, Wu, Duvenaud, NeurIPS 2017, arXiv:1703.09194.

The pathwise gradient less the score: log q moves with the values and not with its own parameters.
Where q is the posterior it has no variance.  On the bound of several samples it would be biased.
"""

from torch import Tensor

from ..chain import replay_values
from ..core import Estimate, Estimator, Memory, Net, Params
from ..specs import pathwise


class STL(pathwise.STL, Estimator):
    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        chain = net.walk(params, batch, lambda site, a: site.unit.sample(a, site(noise)))
        fixed = net.walk(params, batch, replay_values(chain.detach().z))
        cost = chain.cost.mean()
        return Estimate(cost - fixed.log_q.mean(), cost)
