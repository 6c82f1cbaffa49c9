"""The language of experiments.  A spec says what to run; the module of the same name says how."""

from typing import Annotated

from pydantic import Field

from .base import Declaration, Estimator, Signal
from .control_variates import AnyControlVariate
from .models import AnyModel
from .pathwise import AnyPathwise
from .score_function import AnyScoreFunction
from .wake_sleep import AnyWakeSleep

AnyEstimator = Annotated[
    AnyScoreFunction | AnyControlVariate | AnyPathwise | AnyWakeSleep, Field(discriminator="name")
]

__all__ = ["AnyEstimator", "AnyModel", "Declaration", "Estimator", "Signal"]
