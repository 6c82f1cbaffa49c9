"""MuProp with rollout.  Gu, Levine, Sutskever, Mnih, ICLR 2016, arXiv:1511.05176, section 6.

Each layer's expansion is made around a mean-field pass of its own that starts from the sampled
values below: closer to the sample, at the price of one partial pass per layer.  The paper describes
it and does not evaluate it.
"""

import torch
from torch import Tensor

from .. import baselines
from ..chain import detach_params, draw_values, score_term, sum_tensors
from ..core import Estimate, Estimator, Memory, Net, Params
from ..expansions import linear_expansion, mean_field
from ..specs import control_variates


class MuPropRollout(control_variates.MuPropRollout, Estimator):
    def init(self, net: Net, params: Params, generator: torch.Generator) -> Memory:
        return baselines.init_memory(self.signal, net, generator)

    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        chain = net.walk(params, batch, draw_values(noise))
        fixed, trunk = detach_params(params), chain.detach()
        raw, linear = [], []
        for l, unit in enumerate(net.units):
            slopes, mean = mean_field(net, fixed, batch, trunk, start=l)
            raw.append(trunk.to_go[l] - linear_expansion(unit, slopes[l], mean, trunk, l))
            linear.append(unit.dot(slopes[l], unit.mean(chain.logits[l])).sum(-1).mean())
        signals, running, tuning = baselines.learning_signals(
            self.signal, net, memory, batch, trunk.z, raw
        )
        cost = chain.cost.mean()
        return Estimate(
            cost + score_term(chain, signals) + sum_tensors(linear), cost, running, tuning
        )
