"""Estimators of other packages: how a spec names one, and which are installed here.  Nothing is
imported."""

from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import ConfigDict, Field, model_validator

from .base import Estimator, canonical

if TYPE_CHECKING:
    from .models import Model

GROUP = "gradarena.estimators"
Name = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*:[A-Za-z0-9_][A-Za-z0-9_.-]*$",
        max_length=100,
        description="package:estimator",
        examples=["my-package:my_estimator"],
    ),
]


class Plugin(Estimator):
    """An estimator of another package, which says what settings it has and which models it
    serves."""

    model_config = ConfigDict(extra="allow")

    name: Name

    @model_validator(mode="after")
    def _is_json(self) -> "Plugin":
        canonical(self.settings)  # NaN and infinity are no JSON
        return self

    @property
    def settings(self) -> dict[str, Any]:
        return self.model_extra or {}

    def refuses(self, model: "Model") -> str | None:
        """Its package knows; a service asks what a worker has published of it."""
        return None


def installed_plugins() -> dict[str, EntryPoint]:
    """By package:estimator, the distribution's name and the entry point's."""
    return {f"{e.dist.name}:{e.name}": e for e in entry_points(group=GROUP) if e.dist}
