"""What every JSON document of an analysis has in common."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """Immutable, and without fields that nobody declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")
