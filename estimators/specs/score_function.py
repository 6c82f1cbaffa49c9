"""Estimators that use values of the cost alone.  A docstring is the paper."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import ANY, Baselined, Estimator, Property, Signal, late_field
from .models import Model

Draws = Annotated[int, Field(ge=2, le=64, description="chains per example, K")]


class Reinforce(Baselined):
    """The likelihood ratio.  Williams, Machine Learning 8, 1992, doi:10.1007/BF00992696."""

    name: Literal["reinforce"] = "reinforce"
    signal: Signal = Signal()
    families = ANY
    certified = ({}, {"signal": {"centre": True}}, {"signal": {"normalise": True}})

    def holds(self, model: Model) -> Property:
        return "all_up_to_scale" if self.signal.normalise else "all"


class NVIL(Baselined):
    """Mnih and Gregor, ICML 2014, arXiv:1402.0030."""

    name: Literal["nvil"] = "nvil"
    signal: Signal = Signal(centre=True, input_dependent=100, normalise=True, sees="layer")
    families = ANY
    certified = (
        {},
        {"signal": {"centre": True, "input_dependent": 5, "sees": "layer"}},
        {"signal": {"centre": True, "input_dependent": 5}},
    )

    def holds(self, model: Model) -> Property:
        return "all_up_to_scale" if self.signal.normalise else "all"


class ReinforceLOO(Estimator):
    """Kool, van Hoof, Welling, ICLR workshop 2019, openreview:r1lgTGL5DE."""

    name: Literal["reinforce_loo"] = "reinforce_loo"
    draws: Draws = 4
    families = ANY
    certified = ({"draws": 2}, {"draws": 4})

    def evaluations(self, model: Model) -> tuple[float, float]:
        return self.draws, self.draws


class VIMCO(Estimator):
    """Mnih and Rezende, ICML 2016, arXiv:1602.06725."""

    name: Literal["vimco"] = "vimco"
    objective, families = "bound", ANY

    def evaluations(self, model: Model) -> tuple[float, float]:
        return model.bound, model.bound

    def refuses(self, model: Model) -> str | None:
        few = f"{self.name} wants an objective of two samples or more." if model.bound < 2 else None
        return few or super().refuses(model)


class OptimalBaseline(Estimator):
    """Weaver and Tao, UAI 2001, arXiv:1301.2315."""

    name: Literal["optimal_baseline"] = "optimal_baseline"
    decay: float = Field(0.9, ge=0, lt=1, description="of the running moments")
    families = ANY

    def evaluations(self, model: Model) -> tuple[float, float]:
        return 2, 2


class DisARM(Estimator):
    """Dong, Mnih, Tucker, NeurIPS 2020, arXiv:2006.10680."""

    name: Literal["disarm"] = "disarm"
    pairs: int = late_field(1, ge=1, le=32, description="of mirrored draws, averaged")
    of_values = False
    families, autoregressive = ("bernoulli",), False
    certified = ({}, {"pairs": 2})

    def evaluations(self, model: Model) -> tuple[float, float]:
        passes = self.pairs * (1 + sum(model.reach))
        return passes, passes


class LocalExpectation(Estimator):
    """Titsias and Lazaro-Gredilla, NIPS 2015, arXiv:1503.01494."""

    name: Literal["local_expectation"] = "local_expectation"
    of_values = False
    chunk: int = Field(64, ge=1, le=10_000, description="units moved in one walk")
    autoregressive = False
    certified = ({}, {"chunk": 2})

    def evaluations(self, model: Model) -> tuple[float, float]:
        others = [getattr(layer, "classes", 2) - 1 for layer in model.layers]
        return 1 + sum(
            v * layer.n * r for v, layer, r in zip(others, model.layers, model.reach, strict=True)
        ), 1


class VarGrad(Estimator):
    """Richter, Boustati, Nuesken, Ruiz, Akyildiz, NeurIPS 2020, arXiv:2010.10436."""

    name: Literal["vargrad"] = "vargrad"
    draws: Draws = 4
    families = ANY
    certified = ({"draws": 2}, {"draws": 4})

    def evaluations(self, model: Model) -> tuple[float, float]:
        return self.draws, self.draws


class BBVI(Estimator):
    """Ranganath, Gerrish, Blei, AISTATS 2014, arXiv:1401.0118."""

    name: Literal["bbvi"] = "bbvi"
    draws: Draws = 8
    families = ANY
    certified = ({"draws": 2}, {"draws": 3})

    def evaluations(self, model: Model) -> tuple[float, float]:
        return self.draws, self.draws


class StochasticSearch(Estimator):
    """Paisley, Blei, Jordan, ICML 2012, arXiv:1206.6430."""

    name: Literal["stochastic_search"] = "stochastic_search"
    draws: Annotated[int, Field(ge=1, le=64, description="chains per example, S")] = 4
    decay: float = Field(0.9, ge=0, lt=1, description="of the running moments")
    families = ANY
    certified = ({"draws": 2}, {"draws": 1})

    def evaluations(self, model: Model) -> tuple[float, float]:
        return self.draws + 1, self.draws + 1


class ARM(Estimator):
    """Yin and Zhou, ICLR 2019, arXiv:1807.11143."""

    name: Literal["arm"] = "arm"
    families, autoregressive, of_values = ("bernoulli",), False, False

    def evaluations(self, model: Model) -> tuple[float, float]:
        return 1 + sum(model.reach), 1 + sum(model.reach)


class ARMS(Estimator):
    """Dimitriev and Zhou, ICML 2021, arXiv:2105.14141."""

    name: Literal["arms"] = "arms"
    draws: Draws = 4
    families, autoregressive, of_values = ("bernoulli",), False, False
    certified = ({"draws": 2}, {"draws": 3}, {})

    def evaluations(self, model: Model) -> tuple[float, float]:
        passes = 1 + (self.draws - 1) * sum(model.reach)
        return passes, passes


class Exact(Estimator):
    """The sum over all values: what Williams samples, Machine Learning 8, 1992,
    doi:10.1007/BF00992696."""

    name: Literal["exact"] = "exact"
    objective = "bound"
    most: ClassVar[int] = 2**16  # sets of values

    def evaluations(self, model: Model) -> tuple[float, float]:
        return model.configurations, model.configurations

    def refuses(self, model: Model) -> str | None:
        strange = super().refuses(model)
        many = (
            f"{self.name} wants a model whose layers take {self.most} values or fewer, all "
            f"together."
        )
        return strange or (many if model.configurations**model.bound > self.most else None)


AnyScoreFunction = (
    Reinforce
    | NVIL
    | OptimalBaseline
    | ReinforceLOO
    | VarGrad
    | VIMCO
    | BBVI
    | StochasticSearch
    | LocalExpectation
    | ARM
    | DisARM
    | ARMS
    | Exact
)
