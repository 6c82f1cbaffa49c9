"""Straight-through Gumbel-softmax.  Jang, Gu, Poole, ICLR 2017, arXiv:1611.01144.

The discrete value forward, the derivative of its relaxation backward.  Biased.
"""

from ..core import Estimate, Estimator, bound
from ..specs import pathwise


class STGumbelSoftmax(pathwise.STGumbelSoftmax, Estimator):
    def estimate(self, net, params, memory, batch, noise):
        def pick(at, a):
            x = at.unit.perturb(a, at(noise))
            soft = at.unit.soft(x, self.temperature)
            return at.unit.hard(x).detach() + soft - soft.detach()

        cost = bound(net.walk(params, batch, pick).cost).mean()
        return Estimate(cost, cost)
