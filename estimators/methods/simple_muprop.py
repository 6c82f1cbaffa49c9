"""MuProp without its linear term: the cost of the mean-field pass as a baseline.

From the code of Tucker et al., NeurIPS 2017, arXiv:1703.07370, where a scale of that baseline is
learned, on the signal's square: ``learned_scale``.  No derivative of the cost in the
values is taken, so normalisation rescales each layer and leaves its direction.
"""

import torch
from torch import Tensor

from .. import baselines
from ..chain import detach_params, draw_values, score_term
from ..core import Estimate, Estimator, Memory, Net, Params
from ..expansions import learned_scale
from ..specs import control_variates


class SimpleMuProp(control_variates.SimpleMuProp, Estimator):
    def init(self, net: Net, params: Params, generator: torch.Generator) -> Memory:
        memory = baselines.init_memory(self.signal, net, generator)
        scale = {"cost_scale": torch.ones(len(net.units))} if self.learned_scale else {}
        return memory._replace(learned=memory.learned | scale)

    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        chain = net.walk(params, batch, draw_values(noise))
        trunk = chain.detach()
        mean = net.walk(detach_params(params), batch, lambda site, a: site.unit.mean(a))
        raw = [
            f - learned_scale(memory, "cost_scale", l, level) * level
            for l, (f, level) in enumerate(zip(trunk.to_go, mean.to_go, strict=True))
        ]
        signals, running, tuning = baselines.learning_signals(
            self.signal, net, memory, batch, trunk.z, raw
        )
        cost = chain.cost.mean()
        return Estimate(cost + score_term(chain, signals), cost, running, tuning)
