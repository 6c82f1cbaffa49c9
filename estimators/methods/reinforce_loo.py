"""REINFORCE with a leave-one-out baseline.

Kool, van Hoof, Welling, ICLR workshop 2019, openreview:r1lgTGL5DE.

Each of K draws is judged against the mean of the other K - 1, layer by layer.
"""

from ..chain import sample, score
from ..core import Estimate, Estimator, draws
from ..specs import score_function


class ReinforceLOO(score_function.ReinforceLOO, Estimator):
    def noise(self, net, size):
        return draws(net, size, self.draws)

    def estimate(self, net, params, memory, batch, noise):
        chain = net.walk(params, batch, sample(noise))
        signals = [(s - s.mean(0)) * self.draws / (self.draws - 1) for s in chain.detach().to_go]
        cost = chain.cost.mean()
        return Estimate(cost + score(chain, signals), cost)
