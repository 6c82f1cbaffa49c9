"""The belief net of the later papers: coded values, centred inputs, maps with units inside.

REBAR (Tucker et al., NeurIPS 2017, arXiv:1703.07370) centres the inputs and starts the decoder at
the mean image; DisARM (Dong et al., NeurIPS 2020, arXiv:2006.10680) also codes values as -1 and 1
and has two LeakyReLU layers in its nonlinear maps.
"""

import torch
import torch.nn.functional as F

from ..affine import affine
from .belief_net import BeliefNet
from .layered import connections, dense, parameters, values
from .pixels import PIXELS

SLOPE = 0.3  # of a LeakyReLU, below zero


class DiscreteVAE(BeliefNet):
    def __init__(self, units, sizes, bound, hidden, prior, coding, centred, mean_bias, likelihood):
        super().__init__(units, sizes, bound)
        self.pixels = PIXELS[likelihood.family](self.inputs, likelihood)
        self.visible = self.pixels.unit
        self.hidden, self.fixed, self.centred, self.mean_bias = (
            hidden,
            prior == "fixed",
            centred,
            mean_bias,
        )
        self.coded = {"zero_one": lambda z: z, "plus_minus": lambda z: 2 * z - 1}[coding]
        self.mean = torch.full((self.inputs,), 0.5)

    def see(self, data):
        self.mean = data["x"].mean(0)

    def init(self, generator):
        sizes = [self.inputs, *[values(unit) for unit in self.units]]
        params = {}
        for l, unit in enumerate(self.units):
            below = [self.inputs, *[parameters(unit) for unit in self.units]][l]
            params |= self.map(f"q{l}", sizes[l], parameters(unit), generator)
            params |= self.map(f"p{l}", sizes[l + 1], below, generator)
            params |= connections(f"q{l}", unit, generator) | connections(
                f"p{l + 1}", unit, generator
            )
        if not self.fixed:
            params |= {f"p{self.top + 1}.b": torch.zeros(parameters(self.units[-1]))}
        if self.mean_bias:
            params["p0.b"] = self.pixels.saying(self.mean.float())
        return params | self.pixels.init()

    def map(self, name, i, o, generator):
        """Fresh parameters of one map."""
        widths, params = [i, *self.hidden], {}
        for k, (a, b) in enumerate(zip(widths, widths[1:])):
            params |= dense(f"{name}h{k}", a, b, generator)
        return params | dense(name, widths[-1], o, generator)

    def through(self, params, name, x):
        for k in range(len(self.hidden)):
            x = F.leaky_relu(affine(params, f"{name}h{k}", x), SLOPE)
        return affine(params, name, x)

    def below(self, batch, z, l):
        if l:
            return self.coded(self.units[l - 1].flat(z[l - 1]))
        return batch["x"] - self.mean.to(batch["x"].dtype) if self.centred else batch["x"]

    baseline_input = below

    def logits(self, params, l, z, batch):
        return self.units[l].unflat(self.through(params, f"q{l}", self.below(batch, z, l)))

    def given_above(self, params, l, z):
        if l < self.top:
            out = self.through(params, f"p{l + 1}", self.coded(self.units[l + 1].flat(z[l + 1])))
            return self.pixels.of(params, out) if l < 0 else self.unit(l).unflat(out)
        if self.fixed:
            return self.unit(l).unflat(params["p0.b"].new_zeros(parameters(self.unit(l))))
        return self.unit(l).unflat(params[f"p{l + 1}.b"])
