"""Estimators that use values of the cost alone.  A docstring is the paper."""

from typing import Annotated, Literal

from pydantic import Field

from .base import ANY, Estimator, Signal, Tuned

Draws = Annotated[int, Field(ge=2, le=64, description="chains per example, K")]


class Reinforce(Tuned):
    """The likelihood ratio.  Williams, Machine Learning 8, 1992."""

    name: Literal["reinforce"] = "reinforce"
    signal: Signal = Signal()
    families = ANY
    certified = ({}, {"signal": {"centre": True}}, {"signal": {"normalise": True}})

    def holds(self, model):
        return "all_up_to_scale" if self.signal.normalise else "all"


class NVIL(Reinforce):
    """Mnih and Gregor, ICML 2014, arXiv:1402.0030."""

    name: Literal["nvil"] = "nvil"
    signal: Signal = Signal(centre=True, input_dependent=100, normalise=True)
    certified = ({}, {"signal": {"centre": True, "input_dependent": 5}})


class ReinforceLOO(Estimator):
    """Kool, van Hoof, Welling, ICLR workshop 2019."""

    name: Literal["reinforce_loo"] = "reinforce_loo"
    draws: Draws = 4
    families = ANY
    certified = ({"draws": 2}, {"draws": 4})

    def evaluations(self, model):
        return self.draws, self.draws


class VIMCO(Estimator):
    """Mnih and Rezende, ICML 2016, arXiv:1602.06725."""

    name: Literal["vimco"] = "vimco"
    objective, families = "bound", ANY

    def evaluations(self, model):
        return model.bound, model.bound

    def refuses(self, model):
        few = f"{self.name} wants an objective of two samples or more." if model.bound < 2 else None
        return few or super().refuses(model)


class OptimalBaseline(Estimator):
    """Weaver and Tao, UAI 2001."""

    name: Literal["optimal_baseline"] = "optimal_baseline"
    decay: float = Field(0.9, ge=0, lt=1, description="of the running moments")
    families = ANY

    def evaluations(self, model):
        return 2, 2


class DisARM(Estimator):
    """Dong, Mnih, Tucker, NeurIPS 2020, arXiv:2006.10680."""

    name: Literal["disarm"] = "disarm"
    of_values = False
    families, autoregressive = ("bernoulli",), False

    def evaluations(self, model):
        return 1 + sum(model.reach), 1


class LocalExpectation(Estimator):
    """Titsias and Lazaro-Gredilla, NIPS 2015."""

    name: Literal["local_expectation"] = "local_expectation"
    of_values = False
    chunk: int = Field(64, ge=1, description="units moved in one walk")
    autoregressive = False
    certified = ({}, {"chunk": 2})

    def evaluations(self, model):
        others = [getattr(layer, "classes", 2) - 1 for layer in model.layers]
        return 1 + sum(v * layer.n * r for v, layer, r in zip(others, model.layers, model.reach)), 1


AnyScoreFunction = Reinforce | NVIL | ReinforceLOO | VIMCO | OptimalBaseline | DisARM | LocalExpectation
