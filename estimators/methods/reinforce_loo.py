"""REINFORCE with a leave-one-out baseline.

Kool, van Hoof, Welling, ICLR workshop 2019, openreview:r1lgTGL5DE.

Each of K draws is judged against the mean of the other K - 1, layer by layer.
"""

from torch import Tensor

from ..chain import draw_values, score_term
from ..core import Estimate, Estimator, Memory, Net, Params, Shape, draw_shapes
from ..specs import score_function


class ReinforceLOO(score_function.ReinforceLOO, Estimator):
    def noise(self, net: Net, size: int) -> list[Shape]:
        return draw_shapes(net, size, self.draws)

    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        chain = net.walk(params, batch, draw_values(noise))
        signals = [(s - s.mean(0)) * self.draws / (self.draws - 1) for s in chain.detach().to_go]
        cost = chain.cost.mean()
        return Estimate(cost + score_term(chain, signals), cost)
