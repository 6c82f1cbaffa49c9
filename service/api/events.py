"""What happens to a job: as a page, or as a stream of server-sent events."""

import logging
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import anyio
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool

from service import errors, jobs
from service.store import job_views
from service.store.base import Sessions

from .answers import MOST, media
from .deps import JSON, STREAM, offers
from .problems import documented
from .schemas import EventPage, EventShape, JobSummary

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])
log = logging.getLogger(__name__)
POLL, PING = (
    0.5,
    15.0,
)  # seconds between two looks, and of silence before a comment keeps the line open
PAGE = 1000
Place = Annotated[int, Query(ge=0, le=MOST, description="events numbered above this")]
Last = Annotated[
    int, Header(alias="Last-Event-ID", ge=0, le=MOST, description="where a broken stream goes on")
]


@router.get(
    "/{job_id}/events",
    operation_id="list_events",
    response_model=EventPage,
    responses=documented(errors.NotFound, errors.Invalid) | media(STREAM),
)
def events(
    job_id: UUID,
    request: Request,
    kind: Annotated[str, Depends(offers(JSON, STREAM))],
    after: Place = 0,
    last_event_id: Last = 0,
) -> Response:
    """A page of events.

    As text/event-stream also those to come, and ``progress`` between them, until the job has its
    ``end``.
    """
    sessions = request.app.state.readers
    first = _look(sessions, job_id, max(after, last_event_id))
    if kind == JSON:
        return Response(first[0].model_dump_json(), media_type=JSON)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(sessions, job_id, first), media_type=STREAM, headers=headers)


def _look(sessions: Sessions, job_id: UUID, after: int) -> tuple[EventPage, JobSummary]:
    """A page, and the job as it is at that moment.  Raises NotFound."""
    with sessions.begin() as session:
        view = jobs.find_job(session, job_id)
        found = [
            EventShape.of(event) for event in job_views.job_events(session, job_id, after, PAGE)
        ]
    last = found[-1].number if found else after
    return EventPage(data=found, last=last, state=view.state), JobSummary.of(view)


async def _stream(
    sessions: Sessions, job_id: UUID, seen: tuple[EventPage, JobSummary]
) -> AsyncIterator[bytes]:
    """The database may be away for a while: the stream waits for it."""
    told, silence = "", 0.0
    while True:
        page, job = seen
        for event in page.data:
            yield format_sse_event(
                data_str=event.model_dump_json(), event=event.type, id=str(event.number)
            )
        if job.state in job_views.ENDED and not page.data:
            yield format_sse_event(data_str=job.model_dump_json(), event="end")
            return
        if (now := job.model_dump_json()) != told:
            yield format_sse_event(data_str=now, event="progress")
            told, silence = now, 0.0
        elif silence >= PING:
            yield format_sse_event(comment="ping")
            silence = 0.0
        if len(page.data) < PAGE:
            await anyio.sleep(POLL)
            silence += POLL
        try:
            seen = await run_in_threadpool(_look, sessions, job_id, page.last)
        except OperationalError as error:
            log.warning("events of %s: %s", job_id, error.orig)
            seen = (page.model_copy(update={"data": []}), job)
