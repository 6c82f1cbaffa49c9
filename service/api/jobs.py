"""Jobs: submit, list, look, cancel, retry; what a probe has found."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from estimators.specs.findings import Report
from service import errors, jobs
from service.store import job_views
from service.submission import SMALLEST, SMALLEST_PROBE

from .answers import MOST, Cursor, Limit, Name, cursor_of, place_of, tagged
from .bodies import Submitted
from .deps import JSON, Owner, Reader, UnitOfWork, offers
from .problems import documented
from .schemas import JobDetail, JobPage, JobSummary, Kind, RunDetail, RunPage, State

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
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="the same one makes one job",
    ),
]


@router.post(
    "",
    status_code=201,
    operation_id="submit_job",
    openapi_extra={"requestBody": BODY},
    responses=documented(
        errors.Malformed,
        errors.Unauthorized,
        errors.KeyReused,
        errors.TooLarge,
        errors.UnsupportedMediaType,
        errors.Invalid,
        errors.Refused,
    ),
)
def submit(
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


@router.get("", operation_id="list_jobs", responses=documented(errors.Invalid))
def page(
    session: Reader,
    response: Response,
    request: Request,
    cursor: Cursor = None,
    limit: Limit = 50,
    kind: Kind | None = None,
    state: State | None = None,
    estimator: Name = None,
    benchmark: Name = None,
) -> JobPage:
    """The newest jobs first."""
    equal = {"kind": kind, "estimator": estimator, "benchmark_id": benchmark}
    before = place_of(cursor) if cursor else None
    chosen = {name: value for name, value in equal.items() if value is not None}
    found = job_views.job_page(session, limit + 1, before, state, **chosen)
    more = cursor_of(found[limit - 1].job.id) if len(found) > limit else None
    if more:
        there = request.url.include_query_params(cursor=more)
        response.headers["Link"] = f'<{there.path}?{there.query}>; rel="next"'
    return JobPage(data=[JobSummary.of(view) for view in found[:limit]], next_cursor=more)


@router.get(
    "/{job_id}",
    operation_id="get_job",
    response_model=JobDetail,
    responses=documented(errors.NotFound, errors.Invalid),
)
def look(job_id: UUID, session: Reader, request: Request) -> Response:
    """A job, its spec with all defaults, and how far it is."""
    return tagged(request, JobDetail.of(jobs.find_job(session, job_id)))


@router.get(
    "/{job_id}/runs",
    operation_id="list_runs",
    responses=documented(errors.NotFound, errors.Invalid),
)
def runs(
    job_id: UUID,
    session: Reader,
    after: Annotated[int, Query(ge=-1, le=MOST, description="runs numbered above this")] = -1,
    limit: Limit = 100,
) -> RunPage:
    """The runs of a job, in order."""
    jobs.find_job(session, job_id)
    found = jobs.job_runs(session, job_id, after, limit + 1)
    more = found[limit - 1].run.number if len(found) > limit else None
    return RunPage(data=[RunDetail.of(view) for view in found[:limit]], next_cursor=more)


@router.get(
    "/{job_id}/report",
    operation_id="get_report",
    response_model=Report,
    responses=documented(errors.NotFound, errors.Conflict, errors.Invalid),
)
def report(job_id: UUID, session: Reader, request: Request) -> Response:
    """What a probe has found, once it has ended: every figure of every estimator with its interval."""
    return tagged(request, jobs.probe_report(session, job_id))


CHANGES = documented(errors.Unauthorized, errors.NotFound, errors.Conflict, errors.Invalid)


@router.post("/{job_id}/cancel", operation_id="cancel_job", responses=CHANGES)
def cancel(job_id: UUID, owner: Owner, work: UnitOfWork) -> JobDetail:
    """End what waits at once, and what trains at its next heartbeat; until then it is cancelling."""
    with work() as session:
        return JobDetail.of(jobs.cancel_job(session, job_id))


@router.post("/{job_id}/retry", operation_id="retry_job", responses=CHANGES)
def retry(
    job_id: UUID,
    owner: Owner,
    work: UnitOfWork,
    from_zero: Annotated[
        bool, Query(description="forget what they have, rather than go on from there")
    ] = False,
) -> JobDetail:
    """Train the failed and the cancelled runs again."""
    with work() as session:
        return JobDetail.of(jobs.retry_job(session, job_id, from_zero))
