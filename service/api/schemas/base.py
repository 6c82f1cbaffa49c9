"""What every answer is made of: numbers, times, and the one shape of a list."""

from datetime import UTC, datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

MOST = 2**31 - 1
Number = float | Literal["NaN", "Infinity", "-Infinity"]
Item = TypeVar("Item")


class Answer(BaseModel):
    """An answer; numbers that JSON does not know come as strings."""

    model_config = ConfigDict(ser_json_inf_nan="strings")


class Page(Answer, Generic[Item]):
    """A list, or a page of it: every list of this service has this shape."""

    data: list[Item]
    next_cursor: str | None = Field(
        None, description="give it as `cursor` for the page that follows; null at the end"
    )


class FieldPage(Page[Item | dict[str, Any]], Generic[Item]):
    """A list of which one may ask for some fields of each item alone."""


def moment(seconds: float) -> datetime:
    """A time of the store, which counts seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def maybe_moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else moment(seconds)


def fields_of(row: Any, *names: str) -> dict[str, Any]:
    """Some attributes of a row, by name."""
    return {name: getattr(row, name) for name in names}
