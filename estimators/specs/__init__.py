"""The language of experiments.  A spec says what to run; the module of the same name says how."""

from typing import Annotated, Any, get_args

from pydantic import Discriminator, Field, Tag

from .base import Declaration, Estimator, Signal
from .control_variates import AnyControlVariate
from .models import MODELS, AnyModel, Model
from .pathwise import AnyPathwise
from .plugins import Plugin
from .score_function import AnyScoreFunction
from .wake_sleep import AnyWakeSleep

BuiltIn = Annotated[
    AnyScoreFunction | AnyControlVariate | AnyPathwise | AnyWakeSleep, Field(discriminator="name")
]


def _estimator_kind(value: Any) -> str:
    """A colon tells a plug-in's name."""
    name = value.get("name") if isinstance(value, dict) else getattr(value, "name", None)
    return "plug-in" if isinstance(name, str) and ":" in name else "built-in"


AnyEstimator = Annotated[
    Annotated[BuiltIn, Tag("built-in")] | Annotated[Plugin, Tag("plug-in")],
    Discriminator(_estimator_kind),
]

ESTIMATORS: dict[str, type[Estimator]] = {
    cls.model_fields["name"].default: cls for cls in get_args(get_args(BuiltIn)[0])
}

__all__ = [
    "ESTIMATORS",
    "MODELS",
    "AnyEstimator",
    "AnyModel",
    "BuiltIn",
    "Declaration",
    "Estimator",
    "Model",
    "Plugin",
    "Signal",
]
