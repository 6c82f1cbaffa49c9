"""Unbiased estimators that use the derivative of the cost.  A docstring is the paper."""

from typing import Annotated, Literal

from pydantic import Field

from .base import ANY, Baselined, Property, Signal, Tuned, late_field
from .models import Model


class MuProp(Baselined):
    """Gu, Levine, Sutskever, Mnih, ICLR 2016, arXiv:1511.05176."""

    name: Literal["muprop"] = "muprop"
    signal: Signal = Signal(centre=True)
    learned_scale: bool = Field(
        False,
        description="of each layer's cost at the mean and of its linear term, one each; else one",
    )
    families = ANY
    certified = (
        {},
        {"signal": {}},
        {"signal": {"input_dependent": 5}},
        {"signal": {"input_dependent": 5, "sees": "layer"}},
        {"signal": {"normalise": True}},
        {"learned_scale": True},
    )

    def holds(self, model: Model) -> Property:
        # Normalisation divides the residual and not the analytic term.
        return "none" if self.signal.normalise else "all"

    def evaluations(self, model: Model) -> tuple[float, float]:
        return 2, 2


class MuPropRollout(Baselined):
    """The second variant of Gu, Levine, Sutskever, Mnih, ICLR 2016, sec. 6, arXiv:1511.05176."""

    name: Literal["muprop_rollout"] = "muprop_rollout"
    signal: Signal = Signal(centre=True)
    families = ANY
    certified = ({}, {"signal": {}}, {"signal": {"normalise": True}})

    def holds(self, model: Model) -> Property:
        return "none" if self.signal.normalise else "all"

    def evaluations(self, model: Model) -> tuple[float, float]:
        passes = 1 + sum(model.reach)
        return passes, passes


class SimpleMuProp(Baselined):
    """The code of Tucker et al., NeurIPS 2017, arXiv:1703.07370."""

    name: Literal["simple_muprop"] = "simple_muprop"
    signal: Signal = Signal(centre=True)
    learned_scale: bool = late_field(
        False, description="of each layer's cost at the mean; else one"
    )
    families = ANY
    certified = ({}, {"signal": {"normalise": True}}, {"learned_scale": True})

    def holds(self, model: Model) -> Property:
        return "all_up_to_scale" if self.signal.normalise else "all"

    def evaluations(self, model: Model) -> tuple[float, float]:
        return 2, 1


class Relaxed(Tuned):
    """What walks a relaxed chain twice for every layer."""

    temperature: float = Field(0.5, ge=0.01, le=100, description="to start from")
    autoregressive = False
    of_values = False

    def evaluations(self, model: Model) -> tuple[float, float]:
        return 1 + 2 * sum(model.reach), 1 + 4 * sum(model.reach)


class REBAR(Relaxed):
    """Tucker et al., NeurIPS 2017, arXiv:1703.07370."""

    name: Literal["rebar"] = "rebar"
    input_dependent: int = late_field(
        0, ge=0, le=10_000, description="tanh units of a baseline in its control variate; 0: none"
    )
    certified = ({}, {"input_dependent": 5})


class RELAX(Relaxed):
    """Grathwohl, Choi, Wu, Roeder, Duvenaud, ICLR 2018, arXiv:1711.00123."""

    name: Literal["relax"] = "relax"
    temperature: float = Field(0.1, ge=0.01, le=100, description="to start from")
    hidden: int = Field(
        137, ge=1, le=10_000, description="tanh units of the learned control variate"
    )
    certified = ({"hidden": 5},)


class DoubleCV(Tuned):
    """Titsias and Shi, AISTATS 2022, arXiv:2111.05300."""

    name: Literal["double_cv"] = "double_cv"
    draws: int = late_field(2, ge=2, le=64, description="chains per example, K")
    certified = ({}, {"draws": 3})

    def evaluations(self, model: Model) -> tuple[float, float]:
        return self.draws, 2 * self.draws


class RODEO(Tuned):
    """Shi, Zhou, Hwang, Titsias, Mackey, NeurIPS 2022, arXiv:2202.09497."""

    name: Literal["rodeo"] = "rodeo"
    draws: Annotated[int, Field(ge=2, le=16, description="chains per example, K")] = 2
    hidden: int = Field(100, ge=1, le=10_000, description="units of the learned surrogates")
    families, autoregressive = ("bernoulli",), False
    certified = ({"hidden": 5}, {"hidden": 5, "draws": 3})

    def evaluations(self, model: Model) -> tuple[float, float]:
        return self.draws, 2 * self.draws


AnyControlVariate = MuProp | MuPropRollout | SimpleMuProp | REBAR | RELAX | DoubleCV | RODEO
