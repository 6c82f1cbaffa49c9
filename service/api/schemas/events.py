"""What happened to a job, as it goes out."""

from datetime import datetime
from typing import Any

from pydantic import Field

from estimators.specs.states import State
from service.store.models import Event

from .base import Answer, Page, fields_of, moment


class EventShape(Answer):
    """Something that happened to a job."""

    number: int
    type: str = Field(examples=["submitted", "claimed", "ended", "retried"])
    data: dict[str, Any]
    at: datetime

    @classmethod
    def of(cls, event: Event) -> "EventShape":
        return cls(**fields_of(event, "number", "type", "data"), at=moment(event.at))


class EventPage(Page[EventShape]):
    """Events of a job, in order."""

    last_number: int = Field(
        description="of the last event that is told; as `cursor`, or as Last-Event-ID, it asks "
        "for what comes after"
    )
    state: State = Field(description="the job's, at this moment")
