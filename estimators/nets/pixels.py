"""What a decoder's output means for an image: pixels of zeros and ones, or grey ones."""

from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from ..chain import Params
from ..specs import pixels as specs
from ..units import Bernoulli, Gaussian, Unit

LEAST = 0.00025  # variance of a grey pixel


class Pixels(Protocol):
    """The likelihood of n pixels."""

    unit: Unit

    def init(self) -> Params:
        """Fresh parameters beside the decoder's."""
        raise NotImplementedError

    def mean_output(self, mean: Tensor) -> Tensor:
        """The output [n] of which a mean image is the expectation."""
        raise NotImplementedError

    def unit_parameters(self, params: Params, out: Tensor) -> Tensor:
        """Parameters [..., n, *p] of the unit, from the output [..., n]."""
        raise NotImplementedError


class BernoulliPixels(Pixels):
    """The output is the logits."""

    def __init__(self, n: int) -> None:
        self.unit = Bernoulli(n)

    def init(self) -> Params:
        return {}

    def mean_output(self, mean: Tensor) -> Tensor:
        return mean.clamp(0.001, 0.999).logit()

    def unit_parameters(self, params: Params, out: Tensor) -> Tensor:
        return out


class GreyPixels(BernoulliPixels):
    """The same formula at grey values x: x a - log(1 + e^a), whose mean over images of zeros and
    ones drawn from x it is."""


class GaussianPixels(Pixels):
    """The output is the mean.  Each pixel has a variance that all images share.

    As in the code of double control variates and RODEO (Titsias and Shi, AISTATS 2022,
    arXiv:2111.05300; Shi et al., NeurIPS 2022, arXiv:2202.09497) the variance is learned through a
    softplus and has a floor. Departure: ink is from 0 to 1 where that code has -1 to 1, so start
    and floor are a quarter of its own, and the same fit is log 2 nats a pixel better.
    """

    def __init__(self, n: int, variance: float, learned: bool) -> None:
        self.unit, self.learned, self.variance = Gaussian(n), learned, variance

    def init(self) -> Params:
        start = torch.full((self.unit.n,), self.variance).expm1().log()
        return {"p0.s": start} if self.learned else {}

    def mean_output(self, mean: Tensor) -> Tensor:
        return mean.clone()

    def unit_parameters(self, params: Params, out: Tensor) -> Tensor:
        variance = out.new_full((self.unit.n,), self.variance)
        if self.learned:
            variance = F.softplus(params["p0.s"]).clamp(min=LEAST)
        return torch.stack([out, (variance.log() / 2).expand_as(out)], -1)


def build_pixels(
    n: int, spec: specs.BernoulliPixels | specs.GaussianPixels | specs.GreyPixels
) -> Pixels:
    if isinstance(spec, specs.GaussianPixels):
        return GaussianPixels(n, spec.variance, spec.learned)
    return GreyPixels(n) if spec.grey else BernoulliPixels(n)
