"""MuProp without its linear term: the cost of the mean-field pass as a baseline.

From the code of Tucker et al., NeurIPS 2017, arXiv:1703.07370.  No derivative of the cost in the
values is taken, so normalisation rescales each layer and leaves its direction.
"""

from .. import baselines
from ..chain import detached, sample, score
from ..core import Estimate, Estimator
from ..specs import control_variates


class SimpleMuProp(control_variates.SimpleMuProp, Estimator):
    def init(self, net, params, generator):
        return baselines.init(self.signal, net, generator)

    def estimate(self, net, params, memory, batch, noise):
        chain = net.walk(params, batch, sample(noise))
        given = chain.detach()
        mean = net.walk(detached(params), batch, lambda at, a: at.unit.mean(a))
        raw = [f - g for f, g in zip(given.to_go, mean.to_go)]
        signals, running, tuning = baselines.apply(self.signal, net, memory, batch, given.z, raw)
        cost = chain.cost.mean()
        return Estimate(cost + score(chain, signals), cost, running, tuning)
