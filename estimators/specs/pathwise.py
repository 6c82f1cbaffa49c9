"""Estimators that send a gradient through the values themselves.  A docstring is the paper."""

from typing import Literal

from pydantic import Field

from .base import Estimator, Property
from .models import Model


class Pathwise(Estimator):
    objective = "bound"

    def evaluations(self, model: Model) -> tuple[float, float]:
        return model.bound, model.bound


class StraightThrough(Pathwise):
    """Bengio, Leonard, Courville, 2013, arXiv:1308.3432."""

    name: Literal["straight_through"] = "straight_through"
    unbiased_for = "linear"


class Half(Pathwise):
    """Gregor et al., ICML 2014, arXiv:1310.8499."""

    name: Literal["half"] = "half"
    unbiased_for = "quadratic_per_unit"

    def holds(self, model: Model) -> Property:
        two = all(getattr(layer, "classes", 2) == 2 for layer in model.layers)
        return "quadratic_per_unit" if two else "linear"


class SlopeAnnealed(Pathwise):
    """Chung, Ahn, Bengio, ICLR 2017, arXiv:1609.01704."""

    name: Literal["slope_annealed"] = "slope_annealed"
    slope: float = Field(5.0, ge=1, le=100, description="to end at; it starts at one")
    growth: float = Field(
        1e-3, ge=0, le=1, description="of the slope, per step; 0: it is straight-through"
    )
    certified = ({}, {"growth": 0.0})

    def holds(self, model: Model) -> Property:
        return "none" if self.growth else "linear"


class ReinMax(Pathwise):
    """Liu, Dong, Liu, Yu, Gao, NeurIPS 2023, arXiv:2304.08612."""

    name: Literal["reinmax"] = "reinmax"
    temperature: float = Field(1.0, ge=0.01, le=100)
    certified = ({}, {"temperature": 1.5})

    def holds(self, model: Model) -> Property:
        return "quadratic_per_unit" if self.temperature == 1 else "none"


class GumbelSoftmax(Pathwise):
    """Jang, Gu, Poole, ICLR 2017, arXiv:1611.01144."""

    name: Literal["gumbel_softmax"] = "gumbel_softmax"
    unbiased_for, of_values = "none", False
    temperature: float = Field(0.5, ge=0.01, le=100)
    start: float = Field(
        0.0, ge=0, le=100, description="temperature to fall from, where it is the higher"
    )
    rate: float = Field(1e-4, ge=0, le=1, description="of its exponential fall, per step")


class STGumbelSoftmax(Pathwise):
    """Jang, Gu, Poole, ICLR 2017, arXiv:1611.01144."""

    name: Literal["st_gumbel_softmax"] = "st_gumbel_softmax"
    unbiased_for, of_values = "none", False
    temperature: float = Field(0.5, ge=0.01, le=100)


class GumbelRao(Pathwise):
    """Paulus, Maddison, Krause, ICLR 2021, arXiv:2010.04838."""

    name: Literal["gumbel_rao"] = "gumbel_rao"
    unbiased_for, of_values = "none", False
    temperature: float = Field(0.5, ge=0.01, le=100)
    samples: int = Field(10, ge=1, le=1_000, description="of the noise given the value, K")
    certified = ({"samples": 3},)


class Reparameterization(Pathwise):
    """Kingma and Welling, ICLR 2014, arXiv:1312.6114."""

    name: Literal["reparameterization"] = "reparameterization"
    families, of_values = ("gaussian",), False


class STL(Estimator):
    """Sticking the landing.  Roeder, Wu, Duvenaud, NeurIPS 2017, arXiv:1703.09194."""

    name: Literal["stl"] = "stl"
    families, of_values, weighs_log_q = ("gaussian",), False, True

    def evaluations(self, model: Model) -> tuple[float, float]:
        return 2, 2

    def refuses(self, model: Model) -> str | None:
        plain = f"{self.name} wants a variational model: a cost that holds log q."
        return super().refuses(model) or (None if model.dreams else plain)


AnyPathwise = (
    StraightThrough
    | SlopeAnnealed
    | Half
    | GumbelSoftmax
    | STGumbelSoftmax
    | GumbelRao
    | ReinMax
    | Reparameterization
    | STL
)
