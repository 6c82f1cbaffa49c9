"""RELAX.  Grathwohl, Choi, Wu, Roeder, Duvenaud, ICLR 2018, arXiv:1711.00123.

REBAR with a learned function added to the relaxed cost: one network per layer, of the relaxed value
and of what the layer's baseline would see; at first it is zero.  Departures: as in REBAR, and one
layer of tanh units for the paper's leaky ones.
"""

import math

import torch

from ..affine import affine
from ..chain import detached, sample
from ..core import Estimate, Estimator, Memory, draws, remaining
from ..relaxations import corrected, relaxed
from ..specs import control_variates


class RELAX(control_variates.RELAX, Estimator):
    def noise(self, net, size):
        return draws(net, size, 2)

    def init(self, net, params, generator):
        depth, hidden = len(net.units), self.hidden
        learned = {"log_temperature": torch.full((depth,), math.log(self.temperature))}
        for l, unit in enumerate(net.units):
            size = math.prod(unit.shape) + net.baseline_size(l)
            w = torch.randn(size, hidden, generator=generator) * size**-0.5
            learned |= {f"in{l}.w": w, f"in{l}.b": torch.zeros(hidden)}
            learned |= {f"out{l}.w": torch.zeros(hidden, 1), f"out{l}.b": torch.zeros(1)}
        return Memory(learned)

    def estimate(self, net, params, memory, batch, noise):
        chain = net.walk(params, batch, sample([u for u, _ in noise]))
        fixed, given = detached(params), chain.detach()
        temperature = memory.learned["log_temperature"].exp()
        cost = surrogate = chain.cost.mean()
        tuning = 0.0
        for k, unit in enumerate(net.units):
            context = net.baseline_input(batch, given.z, k)

            def control(x):
                soft = unit.flat(unit.soft(x, temperature[k]))
                seen = torch.cat([soft, context.expand(*soft.shape[:-1], -1)], -1)
                learned = affine(
                    memory.learned, f"out{k}", affine(memory.learned, f"in{k}", seen).tanh()
                )
                return relaxed(net, fixed, batch, k, x, noise, temperature, given) + learned

            g, plain = corrected(unit, given, k, noise[k], control)
            surrogate = surrogate + (g.detach() * chain.logits[k]).sum() / len(g)
            tuning = tuning + remaining(g, plain)
        return Estimate(surrogate, cost, {}, tuning)
