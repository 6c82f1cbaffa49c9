"""Jobs that extend others: more seeds, or more steps."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from service import errors, extensions, jobs
from service.config import Settings
from service.extensions import Extension
from service.scopes import Identity
from service.store.workers import fleet_views
from service.submission import validate_strictly

from .bodies import admit, body
from .deps import JSON, AppSettings, Asking, Readers, UnitOfWork, Work, offers
from .jobs import JobId, submitted_job
from .problems import BODY_ERRORS, documented
from .repeats import Key
from .schemas.jobs import SubmittedJob

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], dependencies=[Depends(offers(JSON))])
BODY = {"required": True, "content": {JSON: {"schema": Extension.model_json_schema()}}}
EXTENDS = documented(*BODY_ERRORS, errors.NotFound, errors.Conflict, errors.KeyReused)


def asked_extension(value: Annotated[Any, Depends(body)]) -> Extension:
    """Raises UnsupportedMediaType, TooLarge, Malformed, Refused, Invalid."""
    return validate_strictly(Extension, value)


@router.post(
    "/{job_id}/extend",
    status_code=201,
    operation_id="extend_job",
    openapi_extra={"requestBody": BODY},
    responses=EXTENDS,
)
def post_extend(
    job_id: JobId,
    asked: Annotated[Extension, Depends(asked_extension)],
    asking: Asking,
    work: UnitOfWork,
    readers: Readers,
    settings: AppSettings,
    response: Response,
    idempotency_key: Key = None,
) -> SubmittedJob:
    """Another job that adds to this one: the same experiment with more seeds, or its runs, trained
    for more steps.

    Runs of more steps go on from the last checkpoints, and have what was written so far: they write
    what a job of so many steps writes.  Such a job stands on a board of its own, as steps are the
    benchmark's.  This one stays as it is.
    """
    job = made_extension(job_id, asked, asking, work, readers, settings, idempotency_key)
    response.headers["Location"] = job.links["self"]
    return job


def made_extension(
    job_id: UUID,
    asked: Extension,
    asking: Identity,
    work: Work,
    readers: Work,
    settings: Settings,
    key: str | None = None,
) -> SubmittedJob:
    """The job that adds to another, admitted as every submission is."""
    with readers() as session:
        whole = extensions.extended_body(session, asking, job_id, asked)
    submission = admit(whole, settings, readers)
    jobs.check_priority(asking, submission.priority)
    with work() as session:
        view = extensions.extend_job(session, asking, job_id, asked, submission, key)
        return submitted_job(fleet_views(session), view, submission)
