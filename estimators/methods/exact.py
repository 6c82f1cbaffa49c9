"""Enumeration: what REINFORCE samples, summed.  Williams, Machine Learning 8, 1992,
doi:10.1007/BF00992696.

No noise reaches it: the variance is zero.  For nets of a few units.
"""

from torch import Tensor

from ..core import Estimate, Estimator, Memory, Net, Params
from ..oracle import exact
from ..specs import score_function


class Exact(score_function.Exact, Estimator):
    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        cost = exact.expected_cost(net, params, batch)
        return Estimate(cost, cost)
