"""What every JSON document of an analysis has in common."""

from pydantic import BaseModel, ConfigDict


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
