"""Jobs that are there: changed, cancelled, retried, deleted."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from service import errors, job_changes, jobs
from service.job_changes import JobChange
from service.submission import validate_strictly

from .bodies import body
from .deps import JSON, Asking, UnitOfWork, offers
from .jobs import JobId
from .problems import BODY_ERRORS, documented
from .schemas.jobs import JobDetail

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])
NEGOTIATED = [Depends(offers(JSON))]
CHANGE = {
    "required": True,
    "content": {JSON: {"schema": JobChange.model_json_schema()}},
}
CHANGES = documented(errors.Forbidden, errors.NotFound, errors.Conflict, errors.Invalid)
PATCHES = documented(*BODY_ERRORS, errors.NotFound, errors.Conflict)
DELETES = documented(errors.Forbidden, errors.NotFound, errors.Conflict, errors.Invalid)


def job_change(value: Annotated[Any, Depends(body)]) -> JobChange:
    """Raises UnsupportedMediaType, TooLarge, Malformed, Invalid."""
    return validate_strictly(JobChange, value)


@router.patch(
    "/{job_id}",
    operation_id="change_job",
    openapi_extra={"requestBody": CHANGE},
    responses=PATCHES,
    dependencies=NEGOTIATED,
)
def patch_job(
    job_id: JobId,
    change: Annotated[JobChange, Depends(job_change)],
    asking: Asking,
    work: UnitOfWork,
) -> JobDetail:
    """Change labels, archive a job so that lists leave it out, or take it back from there."""
    with work() as session:
        return JobDetail.of(job_changes.change_job(session, asking, job_id, change))


@router.delete("/{job_id}", status_code=204, operation_id="delete_job", responses=DELETES)
def remove_job(job_id: JobId, asking: Asking, work: UnitOfWork) -> Response:
    """Delete a job that has ended, with its runs and their series.

    A benchmark's ledger keeps every run: a job of an entry is archived instead, and the entry is
    withdrawn, with the reason.
    """
    with work() as session:
        job_changes.delete_job(session, asking, job_id)
    return Response(status_code=204)


@router.post(
    "/{job_id}/cancel",
    operation_id="cancel_job",
    responses=CHANGES,
    dependencies=NEGOTIATED,
)
def post_cancel(job_id: JobId, asking: Asking, work: UnitOfWork) -> JobDetail:
    """End what waits at once, and what trains at its next heartbeat.

    Until then it is cancelling.
    """
    return JobDetail.of(jobs.cancel_in_slices(work, job_id, asking))


@router.post(
    "/{job_id}/retry",
    operation_id="retry_job",
    responses=CHANGES,
    dependencies=NEGOTIATED,
)
def post_retry(
    job_id: JobId,
    asking: Asking,
    work: UnitOfWork,
    from_zero: Annotated[
        bool, Query(description="forget what they have, rather than go on from there")
    ] = False,
) -> JobDetail:
    """Train the failed and the cancelled runs again."""
    return JobDetail.of(jobs.retry_in_slices(work, job_id, from_zero, asking))
