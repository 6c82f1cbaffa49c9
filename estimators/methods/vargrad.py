"""VarGrad.  Richter, Boustati, Nuesken, Ruiz, Akyildiz, NeurIPS 2020, arXiv:2010.10436.

Half the variance over K draws of log(q / p), differentiated with the draws held fixed:
leave-one-out with one signal for all layers.  Departure: for any cost, not the ELBO alone; the
derivative that the cost has of its own, in the decoder for instance, is added.
"""

from torch import Tensor

from ..chain import draw_values
from ..core import Estimate, Estimator, Memory, Net, Params, Shape, draw_shapes
from ..specs import score_function


class VarGrad(score_function.VarGrad, Estimator):
    def noise(self, net: Net, size: int) -> list[Shape]:
        return draw_shapes(net, size, self.draws)

    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        chain = net.walk(params, batch, draw_values(noise))
        log_ratio = chain.cost.detach() + chain.log_q - chain.log_q.detach()  # [K, B]
        cost = chain.cost.mean()
        return Estimate(cost + log_ratio.var(0).mean() / 2, cost)
