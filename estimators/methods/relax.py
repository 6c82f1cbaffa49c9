"""RELAX.  Grathwohl, Choi, Wu, Roeder, Duvenaud, ICLR 2018, arXiv:1711.00123.

REBAR with a learned function added to the relaxed cost, which keeps its learned scale: one network
per layer, of the relaxed value and of what the layer's baseline would see; at first it is zero.
Departures: as in REBAR, and one layer of tanh units for the paper's leaky ones.
"""

import math

import torch
from torch import Tensor

from ..affine import network_map, network_params
from ..chain import detach_params, draw_values, sum_tensors
from ..core import Estimate, Estimator, Memory, Net, Params, Shape, draw_shapes, remaining_share
from ..relaxations import corrected_gradient, relaxed_cost
from ..specs import control_variates
from ..units import as_discrete


class RELAX(control_variates.RELAX, Estimator):
    def noise(self, net: Net, size: int) -> list[Shape]:
        return draw_shapes(net, size, 2)

    def init(self, net: Net, params: Params, generator: torch.Generator) -> Memory:
        depth = len(net.units)
        start = torch.full((depth,), math.log(self.temperature))
        learned = {"eta": torch.ones(depth), "log_temperature": start}
        for l, unit in enumerate(net.units):
            size = math.prod(unit.shape) + net.baseline_size(l)
            learned |= network_params(l, (size, self.hidden, 1), size**-0.5, generator)
        return Memory(learned)

    def estimate(
        self, net: Net, params: Params, memory: Memory, batch: Params, noise: list[Tensor]
    ) -> Estimate:
        chain = net.walk(params, batch, draw_values([u for u, _ in noise]))
        fixed, trunk = detach_params(params), chain.detach()
        eta, temperature = memory.learned["eta"], memory.learned["log_temperature"].exp()
        cost = surrogate = chain.cost.mean()
        tunings = []
        for k, unit in enumerate(map(as_discrete, net.units)):
            context = net.baseline_input(batch, trunk.z, k)

            def control(x: Tensor) -> Tensor:
                soft = unit.flat(unit.soft(x, temperature[k]))
                features = torch.cat([soft, context.expand(*soft.shape[:-1], -1)], -1)
                relaxed = relaxed_cost(net, fixed, batch, k, x, noise, temperature, trunk)
                return eta[k] * relaxed + network_map(memory.learned, k, features, torch.tanh)

            g, plain = corrected_gradient(unit, trunk, k, noise[k], control)
            surrogate = surrogate + (g.detach() * chain.logits[k]).sum() / len(g)
            tunings.append(remaining_share(g, plain))
        return Estimate(surrogate, cost, {}, sum_tensors(tunings))
