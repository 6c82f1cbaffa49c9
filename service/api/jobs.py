"""Jobs: submit, list, get, cancel, retry; their runs, and what a probe has found."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from estimators.specs.findings import Report
from estimators.specs.states import State
from service import errors, jobs
from service.store import job_views
from service.submission import SMALLEST, SMALLEST_PROBE

from .answers import tagged
from .bodies import Submitted
from .cursors import IdCursor, Limit, NumberCursor, decode_cursor, encode_cursor, first_page
from .deps import JSON, Owner, Reader, UnitOfWork, offers
from .problems import BODY_ERRORS, documented
from .schemas.jobs import JobDetail, JobPage, JobSummary, Kind
from .schemas.runs import RunDetail, RunPage

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
NAME = r"^[A-Za-z0-9_:.-]{1,100}$"
JobId = Annotated[UUID, Path(description="the `id` that a submission answered")]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="the same one makes one job",
    ),
]
READS = documented(errors.NotFound, errors.Invalid)
CHANGES = documented(errors.Unauthorized, errors.NotFound, errors.Conflict, errors.Invalid)
SUBMITS = documented(*BODY_ERRORS, errors.KeyReused)


@router.post(
    "",
    status_code=201,
    operation_id="submit_job",
    openapi_extra={"requestBody": BODY},
    responses=SUBMITS,
)
def post_job(
    submission: Submitted,
    owner: Owner,
    work: UnitOfWork,
    response: Response,
    idempotency_key: Key = None,
) -> JobDetail:
    """Submit an experiment: every seed, times every point of the grid of training settings, is a
    run.

    Or a probe: any number of estimators, measured at the same frozen parameters, in one run.
    """
    plan = jobs.submission_plan(submission)
    with work() as session:
        job = JobDetail.of(jobs.submit_plan(session, owner, plan, idempotency_key))
    response.headers["Location"] = job.links["self"]
    return job


def job_filters(
    kind: Annotated[Kind | None, Query(description="jobs that train, or probes")] = None,
    state: Annotated[State | None, Query(description="jobs in this state")] = None,
    estimator: Annotated[
        str | None, Query(pattern=NAME, description="jobs of the estimator of this name")
    ] = None,
    benchmark_id: Annotated[
        str | None, Query(pattern=NAME, description="jobs on this benchmark")
    ] = None,
) -> dict[str, str]:
    """Which jobs are asked for, by what a page of the store chooses by."""
    asked = {
        "kind": kind,
        "state": state,
        "estimator": estimator,
        "benchmark_id": benchmark_id,
    }
    return {name: value for name, value in asked.items() if value is not None}


@router.get("", operation_id="list_jobs", responses=documented(errors.Invalid))
def get_jobs(
    session: Reader,
    response: Response,
    request: Request,
    filters: Annotated[dict[str, str], Depends(job_filters)],
    cursor: IdCursor = None,
    limit: Limit = 50,
) -> JobPage:
    """The newest jobs first."""
    before = decode_cursor(cursor) if cursor else None
    views, last = first_page(job_views.job_page(session, limit + 1, before, **filters), limit)
    more = encode_cursor(last.job.id) if last else None
    if more:
        following = request.url.include_query_params(cursor=more)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return JobPage(data=[JobSummary.of(view) for view in views], next_cursor=more)


@router.get("/{job_id}", operation_id="get_job", response_model=JobDetail, responses=READS)
def get_job(job_id: JobId, session: Reader, request: Request) -> Response:
    """A job, its spec with all defaults, and how far it is."""
    return tagged(request, JobDetail.of(jobs.find_job(session, job_id)))


@router.get("/{job_id}/runs", operation_id="list_runs", responses=READS)
def get_runs(
    job_id: JobId, session: Reader, cursor: NumberCursor = None, limit: Limit = 100
) -> RunPage:
    """The runs of a job, in order."""
    jobs.find_job(session, job_id)
    after = int(cursor) if cursor else -1
    views, last = first_page(jobs.job_runs(session, job_id, after, limit + 1), limit)
    more = str(last.run.number) if last else None
    return RunPage(data=[RunDetail.of(view) for view in views], next_cursor=more)


@router.get(
    "/{job_id}/report",
    operation_id="get_report",
    response_model=Report,
    responses=documented(errors.NotFound, errors.Conflict, errors.Invalid),
)
def get_report(job_id: JobId, session: Reader, request: Request) -> Response:
    """What a probe has measured, once it has ended: every figure of every estimator with its
    interval."""
    return tagged(request, jobs.probe_report(session, job_id))


@router.post("/{job_id}/cancel", operation_id="cancel_job", responses=CHANGES)
def post_cancel(job_id: JobId, owner: Owner, work: UnitOfWork) -> JobDetail:
    """End what waits at once, and what trains at its next heartbeat.

    Until then it is cancelling.
    """
    return JobDetail.of(jobs.cancel_in_slices(work, job_id))


@router.post("/{job_id}/retry", operation_id="retry_job", responses=CHANGES)
def post_retry(
    job_id: JobId,
    owner: Owner,
    work: UnitOfWork,
    from_zero: Annotated[
        bool, Query(description="forget what they have, rather than go on from there")
    ] = False,
) -> JobDetail:
    """Train the failed and the cancelled runs again."""
    return JobDetail.of(jobs.retry_in_slices(work, job_id, from_zero))
