"""The language of experiments.  A spec says what to run; the module of the same name says how."""

from typing import Annotated, get_args

from pydantic import Field

from .base import Declaration, Estimator, Signal
from .control_variates import AnyControlVariate
from .models import MODELS, AnyModel, Model
from .pathwise import AnyPathwise
from .score_function import AnyScoreFunction
from .wake_sleep import AnyWakeSleep

AnyEstimator = Annotated[
    AnyScoreFunction | AnyControlVariate | AnyPathwise | AnyWakeSleep, Field(discriminator="name")
]

ESTIMATORS: dict[str, type[Estimator]] = {
    cls.model_fields["name"].default: cls for cls in get_args(get_args(AnyEstimator)[0])
}

__all__ = ["ESTIMATORS", "MODELS", "AnyEstimator", "AnyModel", "Declaration", "Estimator", "Model", "Signal"]
