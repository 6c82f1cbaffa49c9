"""What every JSON document of an analysis has in common."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from estimators.specs.base import late_field


class Shape(BaseModel):
    """Immutable, and without fields that nobody declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Interval(Shape):
    """A mean over seeds with the ends of its interval; one seed alone has no ends."""

    mean: float
    low: float | None
    high: float | None

    @property
    def half_width(self) -> float | None:
        """Half of the distance between the ends."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2


def device_apart() -> Any:
    """The field that names the device of an entry among those of another kind."""
    return late_field(
        None,
        description="class of the device that trained it, where others are ranked beside it and "
        "this is not that of most",
    )
