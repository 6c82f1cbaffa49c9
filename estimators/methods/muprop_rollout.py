"""MuProp with rollout.  Gu, Levine, Sutskever, Mnih, ICLR 2016, arXiv:1511.05176, section 6.

Each layer's expansion is made around a mean-field pass of its own that starts from the sampled
values below: closer to the sample, at the price of one partial pass per layer.  The paper describes
it and does not evaluate it.
"""

from .. import baselines
from ..chain import detached, sample, score
from ..core import Estimate, Estimator
from ..expansions import expansion, mean_field
from ..specs import control_variates


class MuPropRollout(control_variates.MuPropRollout, Estimator):
    def init(self, net, params, generator):
        return baselines.init(self.signal, net, generator)

    def estimate(self, net, params, memory, batch, noise):
        chain = net.walk(params, batch, sample(noise))
        fixed, given, raw, linear = detached(params), chain.detach(), [], 0.0
        for l, unit in enumerate(net.units):
            slopes, mean = mean_field(net, fixed, batch, given, start=l)
            raw.append(given.to_go[l] - expansion(unit, slopes[l], mean, given, l))
            linear = linear + unit.dot(slopes[l], unit.mean(chain.logits[l])).sum(-1).mean()
        signals, running, tuning = baselines.apply(self.signal, net, memory, batch, given.z, raw)
        cost = chain.cost.mean()
        return Estimate(cost + score(chain, signals) + linear, cost, running, tuning)
