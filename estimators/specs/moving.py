"""The moving-average variance that papers after DisARM print: how it is taken, and what it comes
to."""

from typing import Literal

from pydantic import Field

from .base import Spec

DEFECTS = (
    "no interval",
    "drift of the parameters, noise of the data and noise of the units in one number",
    "of the gradient as trained: normalisation makes it small",
    "behind by 1 / (1 - decay) steps, and low by the share (1 - decay) / (1 + decay) where nothing"
    " drifts",
)


class MovingAverage(Spec):
    """As in the code of Dong, Mnih, Tucker, NeurIPS 2020, arXiv:2006.10680, and of those that took
    it over (ARMS, double control variates, RODEO).  What they average is said in
    ``estimators.measuring.moving``."""

    name: Literal["ema"]
    steps: int = Field(
        3_000,
        ge=2,
        le=10_000_000,
        description="of the trajectory, followed from where the probe stands",
    )
    decay: float = Field(
        0.999, ge=0, lt=1, description="of the averages of the gradient and of its square"
    )


class Moving(Spec):
    """After the last of the steps."""

    variance: float | None = Field(description="mean over components; None where it is no number")
    components: int = Field(description="of the encoder's gradient, or of all where there is none")
