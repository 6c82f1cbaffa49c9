"""The belief net of the later papers: coded values, centred inputs, maps with units inside.

REBAR (Tucker et al., NeurIPS 2017, arXiv:1703.07370) centres the inputs and starts the decoder at
the mean image; DisARM (Dong et al., NeurIPS 2020, arXiv:2006.10680) also codes values as -1 and 1
and has two LeakyReLU layers in its nonlinear maps; ReinMax (Liu et al., NeurIPS 2023,
arXiv:2304.08612) has units of several classes, and ReLU layers whose widths go up as they came
down.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from ..affine import affine_map
from ..chain import Params
from ..specs.pixels import BernoulliPixels, GaussianPixels, GreyPixels
from ..units import Unit
from .belief_net import BeliefNet
from .layered import connection_params, dense_params, parameter_size, value_size
from .pixels import build_pixels

SLOPE = 0.3  # of a LeakyReLU, below zero
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "leaky_relu": lambda x: F.leaky_relu(x, SLOPE),
    "relu": torch.relu,
    "tanh": torch.tanh,
}
CODINGS: dict[str, Callable[[Tensor], Tensor]] = {
    "zero_one": lambda z: z,
    "plus_minus": lambda z: 2 * z - 1,
}


class DiscreteVAE(BeliefNet):
    def __init__(
        self,
        units: list[Unit],
        sizes: dict[str, int],
        bound: int,
        hidden: Sequence[int],
        prior: Literal["learned", "fixed"],
        coding: Literal["zero_one", "plus_minus"],
        centred: bool,
        mean_bias: bool,
        likelihood: BernoulliPixels | GaussianPixels | GreyPixels,
        kl: Literal["sampled", "analytic"] = "sampled",
        decoder_hidden: Sequence[int] | None = None,
        activation: Literal["leaky_relu", "relu", "tanh"] = "leaky_relu",
    ) -> None:
        super().__init__(units, sizes, bound, kl)
        self.pixels = build_pixels(self.inputs, likelihood)
        self.visible = self.pixels.unit
        self.fixed, self.activation = prior == "fixed", ACTIVATIONS[activation]
        downwards = hidden if decoder_hidden is None else decoder_hidden
        # By the first letter of a map's name.
        self.hidden = {"q": hidden, "p": downwards}
        self.centred, self.mean_bias = centred, mean_bias
        self.coded = CODINGS[coding]
        self.mean = torch.full((self.inputs,), 0.5)

    def see(self, data: Params) -> None:
        self.mean = data["x"].mean(0)

    def init(self, generator: torch.Generator) -> Params:
        sizes = [self.inputs, *[value_size(unit) for unit in self.units]]
        params: Params = {}
        for l, unit in enumerate(self.units):
            below = [self.inputs, *[parameter_size(unit) for unit in self.units]][l]
            params |= self.map_params(f"q{l}", sizes[l], parameter_size(unit), generator)
            params |= self.map_params(f"p{l}", sizes[l + 1], below, generator)
            params |= connection_params(f"q{l}", unit, generator) | connection_params(
                f"p{l + 1}", unit, generator
            )
        if not self.fixed:
            params |= {f"p{self.top + 1}.b": torch.zeros(parameter_size(self.units[-1]))}
        if self.mean_bias:
            params["p0.b"] = self.pixels.mean_output(self.mean.float())
        return params | self.pixels.init()

    def map_params(self, name: str, i: int, o: int, generator: torch.Generator) -> Params:
        """Fresh parameters of one map."""
        widths: list[int] = [i, *self.hidden[name[0]]]
        params: Params = {}
        for k, (a, b) in enumerate(pairwise(widths)):
            params |= dense_params(f"{name}h{k}", a, b, generator)
        return params | dense_params(name, widths[-1], o, generator)

    def apply_map(self, params: Params, name: str, x: Tensor) -> Tensor:
        for k in range(len(self.hidden[name[0]])):
            x = self.activation(affine_map(params, f"{name}h{k}", x))
        return affine_map(params, name, x)

    def below(self, batch: Params, z: Sequence[Tensor], l: int) -> Tensor:
        if l:
            return self.coded(self.units[l - 1].flat(z[l - 1]))
        return batch["x"] - self.mean.to(batch["x"]) if self.centred else batch["x"]

    def logits(self, params: Params, l: int, z: Sequence[Tensor], batch: Params) -> Tensor:
        return self.units[l].unflat(self.apply_map(params, f"q{l}", self.below(batch, z, l)))

    def prior_logits(self, params: Params, l: int, z: Sequence[Tensor]) -> Tensor:
        if l < self.top:
            out = self.apply_map(params, f"p{l + 1}", self.coded(self.units[l + 1].flat(z[l + 1])))
            return self.pixels.unit_parameters(params, out) if l < 0 else self.unit(l).unflat(out)
        if self.fixed:
            return self.unit(l).unflat(params["p0.b"].new_zeros(parameter_size(self.unit(l))))
        return self.unit(l).unflat(params[f"p{l + 1}.b"])
