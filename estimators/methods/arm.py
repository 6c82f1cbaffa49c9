"""ARM: augment, reinforce, merge.  Yin and Zhou, ICLR 2019, arXiv:1807.11143.

Layer by layer: draw the layer again with mirrored uniforms, keep the layers below and the uniforms
above, and weigh the difference in cost by u - 1/2.
"""

from ..chain import detached, sample
from ..core import Estimate, Estimator
from ..specs import score_function
from .disarm import mirrored


class ARM(score_function.ARM, Estimator):
    def estimate(self, net, params, memory, batch, noise):
        chain = net.walk(params, batch, sample(noise))
        fixed, given = detached(params), chain.detach()
        cost = surrogate = chain.cost.mean()
        for k, logits in enumerate(chain.logits):
            twin = mirrored(net, fixed, batch, noise, k, given)
            slope = (given.to_go[k] - twin.to_go[k]) * (noise[k] - 0.5)  # in the logits
            surrogate = surrogate + (slope * logits).sum(-1).mean()
        return Estimate(surrogate, cost)
