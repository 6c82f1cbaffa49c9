"""A suite's cells, and the trajectories of its rows, as jobs."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from service import errors
from service.jobs import check_priority
from service.submission import Treatment
from service.suites import submission, trajectories
from service.suites.submission import SuiteSubmission
from service.suites.trajectories import TrajectoriesSubmission

from .bodies import body
from .deps import JSON, Asking, UnitOfWork, offers
from .problems import BODY_ERRORS, documented
from .repeats import Key
from .schemas.jobs import JobSummary
from .suites import Suite

router = APIRouter(prefix="/v1/suites", tags=["suites"])
LACKING = Field(description="which files are not where the API stands; workers may have them")
PROBLEMS = documented(*BODY_ERRORS, errors.NotFound, errors.KeyReused)


def documented_body(model: type[Treatment]) -> dict[str, Any]:
    """The part of ``openapi_extra`` that documents a body."""
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}


class CellJob(BaseModel):
    """The job of a cell."""

    cell: str
    job: JobSummary
    lacking: str = LACKING


class LeftOut(BaseModel):
    """A cell that has no experiment."""

    cell: str
    reason: str


class SuiteJobs(BaseModel):
    """What was submitted, and what was not."""

    data: list[CellJob]
    left_out: list[LeftOut]


class PointJob(BaseModel):
    """The job of a point of a trajectory."""

    row: str
    at: int = Field(description="steps after which parameters are frozen")
    job: JobSummary
    lacking: str = LACKING


class TrajectoryJobs(BaseModel):
    data: list[PointJob]


def suite_body(value: Annotated[Any, Depends(body)]) -> SuiteSubmission:
    """Raises UnsupportedMediaType, TooLarge, Malformed, Refused, Invalid."""
    return submission.parse_suite(value)


@router.post(
    "/{suite}/jobs",
    status_code=201,
    operation_id="submit_suite",
    openapi_extra=documented_body(SuiteSubmission),
    responses=PROBLEMS,
    dependencies=[Depends(offers(JSON))],
)
def submit_suite(
    suite: Suite,
    body: Annotated[SuiteSubmission, Depends(suite_body)],
    asking: Asking,
    work: UnitOfWork,
    response: Response,
    idempotency_key: Key = None,
) -> SuiteJobs:
    """Submit a job for each cell that has an experiment, all of them or none."""
    check_priority(asking, body.priority)
    with work() as session:
        made = submission.submit_suite(session, asking.owner, suite.name, body, idempotency_key)
        jobs = [
            CellJob(cell=cell.id, job=JobSummary.of(view), lacking=cell.reason)
            for cell, view in made.jobs
        ]
    response.headers["Location"] = f"{suite.links['report']}?scale={body.scale}"
    left_out = [LeftOut(cell=cell.id, reason=cell.reason) for cell in made.left_out]
    return SuiteJobs(data=jobs, left_out=left_out)


def trajectories_body(value: Annotated[Any, Depends(body)]) -> TrajectoriesSubmission:
    """Raises UnsupportedMediaType, TooLarge, Malformed, Refused, Invalid."""
    return trajectories.parse_trajectories(value)


@router.post(
    "/{suite}/probes",
    status_code=201,
    operation_id="submit_suite_probes",
    openapi_extra=documented_body(TrajectoriesSubmission),
    responses=PROBLEMS,
    dependencies=[Depends(offers(JSON))],
)
def submit_probes(
    suite: Suite,
    body: Annotated[TrajectoriesSubmission, Depends(trajectories_body)],
    asking: Asking,
    work: UnitOfWork,
    response: Response,
    idempotency_key: Key = None,
) -> TrajectoryJobs:
    """Submit a probe for each step of each row's trajectory, all of them or none: bias and variance
    of all of the row's estimators there, for the report."""
    check_priority(asking, body.priority)
    with work() as session:
        made = trajectories.submit_trajectories(
            session, asking.owner, suite.name, body, idempotency_key
        )
        jobs = [
            PointJob(row=one.row, at=one.at, job=JobSummary.of(one.job), lacking=one.lacking)
            for one in made
        ]
    response.headers["Location"] = f"{suite.links['report']}?scale={body.scale}"
    return TrajectoryJobs(data=jobs)
