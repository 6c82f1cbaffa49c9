"""Unbiased estimators that use the derivative of the cost.  A docstring is the paper."""

from typing import Literal

from pydantic import Field

from .base import ANY, Signal, Tuned


class MuProp(Tuned):
    """Gu, Levine, Sutskever, Mnih, ICLR 2016, arXiv:1511.05176."""

    name: Literal["muprop"] = "muprop"
    signal: Signal = Signal(centre=True)
    families = ANY
    certified = ({}, {"signal": {}}, {"signal": {"input_dependent": 5}}, {"signal": {"normalise": True}})

    def holds(self, model):
        # Normalisation divides the residual and not the analytic term.
        return "none" if self.signal.normalise else "all"

    def evaluations(self, model):
        return 2, 2


class REBAR(Tuned):
    """Tucker et al., NeurIPS 2017, arXiv:1703.07370."""

    name: Literal["rebar"] = "rebar"
    of_values = False
    temperature: float = Field(0.5, gt=0, description="to start from")
    autoregressive = False

    def evaluations(self, model):
        return 1 + 2 * sum(model.reach), 1 + 4 * sum(model.reach)


class DoubleCV(Tuned):
    """Titsias and Shi, AISTATS 2022, arXiv:2111.05300."""

    name: Literal["double_cv"] = "double_cv"

    def evaluations(self, model):
        return 2, 4


AnyControlVariate = MuProp | REBAR | DoubleCV
