"""Where a job waits, as it goes out."""

from pydantic import Field

from .base import Answer


class QueueShape(Answer):
    """What stands before a job."""

    waits: bool = Field(description="whether a part of it does")
    queue: str | None = Field(None, description="who would train it")
    before: int | None = Field(None, description="programs that are claimed before its first one")
    pause: float | None = Field(
        None, description="seconds until it may be claimed, after an attempt that came to nothing"
    )
    reason: str | None = Field(None, description="why it waits, in words")
