"""ARM: augment, reinforce, merge.  Yin and Zhou, ICLR 2019, arXiv:1807.11143.

Layer by layer: draw the layer again with mirrored uniforms, keep the layers below and the uniforms
above, and weigh the difference in cost by u - 1/2.  The decoder has the mean over all chains, as in
disarm.py.
"""

from torch import Tensor

from ..chain import draw_values
from ..core import Estimate, Estimator, Memory, Net, Params
from ..specs import score_function
from .disarm import mean_cost, mirrored_chain


class ARM(score_function.ARM, Estimator):
    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        chain = net.walk(params, batch, draw_values(noise))
        twins = [mirrored_chain(net, params, batch, noise, k, chain) for k in range(len(noise))]
        cost = surrogate = mean_cost([chain, *twins])
        for k, logits in enumerate(chain.logits):
            gap = (chain.to_go[k] - twins[k].to_go[k]).detach()
            slope = gap * (noise[k] - 0.5)  # in the logits
            surrogate = surrogate + (slope * logits).sum(-1).mean()
        return Estimate(surrogate, cost)
