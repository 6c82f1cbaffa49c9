"""Sticking the landing.  Roeder, Wu, Duvenaud, NeurIPS 2017, arXiv:1703.09194.

The pathwise gradient less the score: log q moves with the values and not with its own parameters.
Where q is the posterior it has no variance.  On the bound of several samples it would be biased.
"""

from ..chain import replay
from ..core import Estimate, Estimator
from ..specs import pathwise


class STL(pathwise.STL, Estimator):
    def estimate(self, net, params, memory, batch, noise):
        chain = net.walk(params, batch, lambda at, a: at.unit.sample(a, at(noise)))
        fixed = net.walk(params, batch, replay(chain.detach().z))
        cost = chain.cost.mean()
        return Estimate(cost - fixed.log_q.mean(), cost)
