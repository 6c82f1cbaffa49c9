"""ARM: augment, reinforce, merge.  Yin and Zhou, ICLR 2019, arXiv:1807.11143.

Layer by layer: draw the layer again with mirrored uniforms, keep the layers below and the uniforms
above, and weigh the difference in cost by u - 1/2.
"""

from torch import Tensor

from ..chain import detach_params, draw_values
from ..core import Estimate, Estimator, Memory, Net, Params
from ..specs import score_function
from .disarm import mirrored_chain


class ARM(score_function.ARM, Estimator):
    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        chain = net.walk(params, batch, draw_values(noise))
        fixed, trunk = detach_params(params), chain.detach()
        cost = surrogate = chain.cost.mean()
        for k, logits in enumerate(chain.logits):
            twin = mirrored_chain(net, fixed, batch, noise, k, trunk)
            slope = (trunk.to_go[k] - twin.to_go[k]) * (noise[k] - 0.5)  # in the logits
            surrogate = surrogate + (slope * logits).sum(-1).mean()
        return Estimate(surrogate, cost)
