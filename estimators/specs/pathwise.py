"""Estimators that send a gradient through the values themselves.  A docstring is the paper."""

from typing import Literal

from pydantic import Field

from .base import Estimator


class Pathwise(Estimator):
    objective = "bound"

    def evaluations(self, model):
        return model.bound, model.bound


class StraightThrough(Pathwise):
    """Bengio, Leonard, Courville, 2013, arXiv:1308.3432."""

    name: Literal["straight_through"] = "straight_through"
    unbiased_for = "linear"


class Half(Pathwise):
    """Gregor et al., ICML 2014, arXiv:1310.8499."""

    name: Literal["half"] = "half"
    unbiased_for, families = "quadratic_per_unit", ("bernoulli",)


class GumbelSoftmax(Pathwise):
    """Jang, Gu, Poole, ICLR 2017, arXiv:1611.01144."""

    name: Literal["gumbel_softmax"] = "gumbel_softmax"
    of_values = False
    unbiased_for = "none"
    temperature: float = Field(0.5, gt=0)
    start: float = Field(0.0, ge=0, description="temperature to fall from, where it is the higher")
    rate: float = Field(1e-4, ge=0, description="of its exponential fall, per step")


class Reparameterization(Pathwise):
    """Kingma and Welling, ICLR 2014, arXiv:1312.6114."""

    name: Literal["reparameterization"] = "reparameterization"
    of_values = False
    families = ("gaussian",)


AnyPathwise = StraightThrough | Half | GumbelSoftmax | Reparameterization
