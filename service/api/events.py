"""What happens to a job: as a page, or as a stream of server-sent events."""

import logging
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import anyio
from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool

from service import jobs
from service.store import job_views
from service.store.base import Sessions

from .answers import media
from .cursors import Limit, NumberCursor
from .deps import JSON, STREAM, offers
from .jobs import READS, JobId
from .schemas.base import MOST
from .schemas.events import EventPage, EventShape
from .schemas.jobs import JobSummary

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])
log = logging.getLogger(__name__)
# Seconds between two looks, and of silence before a comment keeps the line open.
POLL, PING = 0.5, 15.0
PAGE = 1000
LastEventId = Annotated[
    int,
    Header(
        alias="Last-Event-ID",
        ge=0,
        le=MOST,
        description="the number of the last event that came, where a broken stream goes on",
    ),
]


@router.get(
    "/{job_id}/events",
    operation_id="list_events",
    response_model=EventPage,
    responses=READS | media(STREAM),
)
def get_events(
    job_id: JobId,
    request: Request,
    kind: Annotated[str, Depends(offers(JSON, STREAM))],
    cursor: NumberCursor = None,
    limit: Limit = 200,
    last_event_id: LastEventId = 0,
) -> Response:
    """What happened to a job, a page of events.

    As text/event-stream also those to come, and ``progress`` between them, until the job has its
    ``end``.
    """
    sessions = request.app.state.readers
    after = max(int(cursor or 0), last_event_id)
    if kind == JSON:
        page, _ = read_events(sessions, job_id, after, limit)
        return Response(page.model_dump_json(), media_type=JSON)
    first = read_events(sessions, job_id, after, PAGE)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        event_stream(sessions, job_id, first), media_type=STREAM, headers=headers
    )


def read_events(
    sessions: Sessions, job_id: UUID, after: int, limit: int
) -> tuple[EventPage, JobSummary]:
    """A page, and the job as it is at that moment.  Raises NotFound."""
    with sessions.begin() as session:
        view = jobs.find_job(session, job_id)
        rows = job_views.job_events(session, job_id, after, limit + 1)
        events = [EventShape.of(event) for event in rows[:limit]]
    last = events[-1].number if events else after
    more = str(last) if len(rows) > limit else None
    page = EventPage(data=events, next_cursor=more, last_number=last, state=view.state)
    return page, JobSummary.of(view)


async def event_stream(
    sessions: Sessions, job_id: UUID, read: tuple[EventPage, JobSummary]
) -> AsyncIterator[bytes]:
    """The database may be away for a while: the stream waits for it."""
    progress, silence = "", 0.0
    while True:
        page, job = read
        for event in page.data:
            yield format_sse_event(
                data_str=event.model_dump_json(), event=event.type, id=str(event.number)
            )
        if job.state in job_views.ENDED and not page.data:
            yield format_sse_event(data_str=job.model_dump_json(), event="end")
            return
        if (now := job.model_dump_json()) != progress:
            yield format_sse_event(data_str=now, event="progress")
            progress, silence = now, 0.0
        elif silence >= PING:
            yield format_sse_event(comment="ping")
            silence = 0.0
        if page.next_cursor is None:
            await anyio.sleep(POLL)
            silence += POLL
        try:
            read = await run_in_threadpool(read_events, sessions, job_id, page.last_number, PAGE)
        except OperationalError as error:
            log.warning("events of %s: %s", job_id, error.orig)
            read = (page.model_copy(update={"data": [], "next_cursor": None}), job)
