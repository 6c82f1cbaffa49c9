"""The belief net of Gaussian layers, whose maps may have units inside.

Kingma and Welling (ICLR 2014, arXiv:1312.6114) have one layer; Burda et al. (ICLR 2016,
arXiv:1509.00519) several, two tanh layers inside every map, a prior of mean 0 and variance 1, and
outputs that start at the mean image.
"""

from collections.abc import Sequence
from typing import Literal

import torch

from ..chain import Params
from ..specs.pixels import BernoulliPixels, GaussianPixels, GreyPixels
from ..units import Unit
from .discrete_vae import DiscreteVAE
from .layered import dense_params, parameter_size, value_size


class GaussianVAE(DiscreteVAE):
    def __init__(
        self,
        units: list[Unit],
        sizes: dict[str, int],
        bound: int,
        hidden: Sequence[int],
        decoder_hidden: Sequence[int] | None,
        activation: Literal["leaky_relu", "relu", "tanh"],
        prior: Literal["learned", "fixed"],
        centred: bool,
        mean_bias: bool,
        likelihood: BernoulliPixels | GaussianPixels | GreyPixels,
        kl: Literal["sampled", "analytic"] = "sampled",
    ) -> None:
        coding: Literal["zero_one"] = "zero_one"
        coded = (coding, centred, mean_bias, likelihood, kl)
        super().__init__(units, sizes, bound, hidden, prior, *coded, decoder_hidden, activation)

    def init(self, generator: torch.Generator) -> Params:
        """In the order of a belief net, and with its prior: without units inside it starts as
        one."""
        params: Params = {}
        below = self.inputs
        for l, unit in enumerate(self.units):
            params |= self.map_params(f"q{l}", below, parameter_size(unit), generator)
            below = value_size(unit)
        below = self.inputs
        for l, unit in enumerate(self.units):
            params |= self.map_params(f"p{l}", value_size(unit), below, generator)
            below = parameter_size(unit)
        if not self.fixed:
            params[f"p{self.top + 1}.b"] = dense_params("", 1, below, generator)[".b"]
        if self.mean_bias:
            params["p0.b"] = self.pixels.mean_output(self.mean.float())
        return params | self.pixels.init()
