"""Jobs: submit and get; their runs, and what a probe has found."""

import logging
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from sqlalchemy.orm import Session

from estimators.specs.findings import Report
from service import errors, jobs
from service.probe_reports import probe_report
from service.store import job_views
from service.store.queues import job_place
from service.store.submissions import Order
from service.store.workers import WorkerView, fleet_views
from service.submission import SMALLEST, SMALLEST_PROBE, AnySubmission
from service.waiting import fleet_warnings, position_reason

from .answers import created, tagged
from .bodies import Value, admitted_submission
from .cursors import Limit, NumberCursor, first_page
from .deps import JSON, AppSettings, Asking, Reader, Readers, Work, Writer, offers
from .lists import chosen_fields, list_answer
from .problems import BODY_ERRORS, documented
from .repeats import Key
from .schemas.jobs import JobDetail, SubmittedJob
from .schemas.queues import QueueShape
from .schemas.runs import RunDetail, RunPage
from .waiting import Preference, waited_answer

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/jobs", tags=["jobs"], dependencies=[Depends(offers(JSON))])
BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {"$ref": "#/components/schemas/AnySubmission"},
            "examples": {"smallest": {"value": SMALLEST}, "probe": {"value": SMALLEST_PROBE}},
        }
    },
}
JobId = Annotated[UUID, Path(description="the `id` that a submission answered")]
READS = documented(errors.NotFound, errors.Invalid)
SUBMITS = documented(*BODY_ERRORS, errors.KeyReused)


def submitted_job(
    fleet: Sequence[WorkerView], view: job_views.JobView, submission: AnySubmission
) -> SubmittedJob:
    """A job as its submission is answered, with the fleet of the unit of work that made it."""
    warnings = fleet_warnings(fleet, submission.queue, submission.dataset.name)
    return SubmittedJob(**JobDetail.fields_of(view), warnings=warnings)


def write_orders(
    session: Session, orders: Sequence[Order]
) -> list[tuple[job_views.JobView, Sequence[WorkerView]] | errors.ServiceError]:
    """What becomes of each order, in their order, and the fleet beside each job that there is."""
    outcomes, fleet = jobs.submit_orders(session, orders), fleet_views(session)
    return [
        outcome if isinstance(outcome, errors.ServiceError) else (outcome, fleet)
        for outcome in outcomes
    ]


@router.post(
    "",
    status_code=201,
    operation_id="submit_job",
    response_model=SubmittedJob,
    openapi_extra={"requestBody": BODY},
    responses=SUBMITS,
)
def post_job(
    value: Value,
    settings: AppSettings,
    readers: Readers,
    asking: Asking,
    writer: Writer,
    idempotency_key: Key = None,
) -> Response:
    """Submit an experiment: every seed, times every point of the grid of training settings, is a
    run.

    Or a probe: any number of estimators, measured at the same frozen parameters, in one run.
    """
    # here and not as a dependency, which another thread would work out
    submission = admitted_submission(value, settings, readers)
    jobs.check_priority(asking, submission.priority)
    order = Order(asking.owner, jobs.submission_plan(submission), idempotency_key)
    view, fleet = writer.hand_in(order)
    log.info("submitted", extra={"job": view.job.id})
    job = submitted_job(fleet, view, submission)
    return created(job, job.links["self"])


@router.get("/{job_id}", operation_id="get_job", response_model=JobDetail, responses=READS)
async def get_job(
    job_id: JobId, readers: Readers, request: Request, prefer: Preference = None
) -> Response:
    """A job, its spec with all defaults, and how far it is.

    ``Prefer: wait=30`` waits so many seconds for its end; with If-None-Match, for any change.
    """
    return await waited_answer(request, prefer, lambda: read_job(readers, request, job_id))


def read_job(readers: Work, request: Request, job_id: UUID) -> tuple[Response, bool]:
    """A job as it is now, and whether it has ended.  Raises NotFound."""
    with readers() as session:
        detail = JobDetail.of(jobs.find_job(session, job_id))
    return tagged(request, detail), detail.state in job_views.ENDED


@router.get("/{job_id}/runs", operation_id="list_runs", response_model=RunPage, responses=READS)
def get_runs(
    job_id: JobId,
    session: Reader,
    request: Request,
    fields: Annotated[list[str] | None, Depends(chosen_fields(RunDetail, "id"))],
    cursor: NumberCursor = None,
    limit: Limit = 100,
) -> Response:
    """The runs of a job, in order."""
    jobs.find_job(session, job_id)
    after = int(cursor) if cursor else -1
    views, last = first_page(jobs.job_runs(session, job_id, after, limit + 1), limit)
    more = str(last.run.number) if last else None
    page = RunPage(data=[RunDetail.of(view) for view in views], next_cursor=more)
    return list_answer(request, page, fields)


@router.get("/{job_id}/queue", operation_id="get_queue", responses=READS)
def get_queue(job_id: JobId, session: Reader) -> QueueShape:
    """Why a job waits, and what stands before it."""
    jobs.find_job(session, job_id)
    position = job_place(session, job_id)
    if position is None:
        return QueueShape(waits=False)
    same = {name: getattr(position, name) for name in ("queue", "before", "pause")}
    return QueueShape(waits=True, **same, reason=position_reason(session, position))


@router.get(
    "/{job_id}/report",
    operation_id="get_report",
    response_model=Report,
    responses=documented(errors.NotFound, errors.Conflict, errors.Invalid),
)
def get_report(job_id: JobId, session: Reader, request: Request) -> Response:
    """What a probe has measured, once it has ended: every figure of every estimator with its
    interval."""
    return tagged(request, probe_report(session, job_id))
