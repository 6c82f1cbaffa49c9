"""Gumbel-Rao.  Paulus, Maddison, Krause, ICLR 2021, arXiv:2010.04838.

Straight-through Gumbel-softmax with its derivative averaged over K draws of the noise given the
value. The noise is held fixed as it is differentiated: a derivative through the conditional
distribution gives another estimator.
"""

from ..core import Estimate, Estimator, bound, draws
from ..specs import pathwise


class GumbelRao(pathwise.GumbelRao, Estimator):
    def noise(self, net, size):
        return draws(net, size, net.bound * (1 + self.samples))

    def estimate(self, net, params, memory, batch, noise):
        def pick(at, a):
            u, v = at(noise).split([net.bound, net.bound * self.samples])
            z = at.unit.sample(a, u).detach()
            x = at.unit.perturb_given(a, z, v.unflatten(0, (self.samples, net.bound))).detach()
            soft = at.unit.soft(x + a - a.detach(), self.temperature).mean(0)
            return z + soft - soft.detach()

        cost = bound(net.walk(params, batch, pick).cost).mean()
        return Estimate(cost, cost)
