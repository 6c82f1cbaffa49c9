"""Suites: a paper's tables, as jobs and as a report with ours beside them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, Field

from estimators.specs.suites import Scale
from service import errors
from service.suites import catalogue, stored, submission
from service.suites.catalogue import SuiteDetail, SuiteSummary
from service.suites.markdown import markdown
from service.suites.shapes import Report
from service.suites.submission import SuiteSubmission

from .answers import media, tag_of, tagged, unchanged
from .bodies import body
from .deps import JSON, MARKDOWN, Owner, Reader, UnitOfWork, offers
from .jobs import Key
from .problems import documented
from .schemas import JobSummary

router = APIRouter(prefix="/v1/suites", tags=["suites"])
FORMATS = {"json": JSON, "md": MARKDOWN}
BODY = {
    "required": True,
    "content": {"application/json": {"schema": SuiteSubmission.model_json_schema()}},
}


class Suites(BaseModel):
    data: list[SuiteSummary]


class CellJob(BaseModel):
    """The job of a cell."""

    cell: str
    job: JobSummary
    lacking: str = Field(description="which files are not where the API stands; workers may have them")


class LeftOut(BaseModel):
    """A cell that has no experiment."""

    cell: str
    reason: str


class SuiteJobs(BaseModel):
    """What was submitted, and what was not."""

    data: list[CellJob]
    left_out: list[LeftOut]


def known(suite: Annotated[str, Path(pattern=r"^[a-z0-9-]{1,50}$", examples=["muprop-2016"])]) -> SuiteDetail:
    """Raises NotFound."""
    try:
        return catalogue.suite(suite)
    except LookupError as error:
        raise errors.NotFound(str(error)) from None


Suite = Annotated[SuiteDetail, Depends(known)]
Pattern = Annotated[str, Query(max_length=200, description="only cells whose id fits")]


@router.get("", operation_id="list_suites", dependencies=[Depends(offers(JSON))])
def listed() -> Suites:
    """The papers whose tables are run here."""
    return Suites(data=catalogue.suites())


@router.get(
    "/{suite}",
    operation_id="get_suite",
    response_model=SuiteDetail,
    responses=documented(errors.NotFound, errors.Invalid),
    dependencies=[Depends(offers(JSON))],
)
def look(suite: Suite, request: Request) -> Response:
    """What was published, with its source."""
    return tagged(request, suite)


def form(
    request: Request,
    format: Annotated[Literal["json", "md"] | None, Query(description="in place of Accept")] = None,
) -> str:
    """The media type that is asked for."""
    return FORMATS[format] if format else offers(*FORMATS.values())(request)


@router.get(
    "/{suite}/report",
    operation_id="get_suite_report",
    response_model=Report,
    responses=documented(errors.NotFound, errors.Invalid) | media(MARKDOWN),
)
def report(
    suite: Suite,
    session: Reader,
    request: Request,
    kind: Annotated[str, Depends(form)],
    scale: Scale = "digits",
    cells: Pattern = "*",
    curves: Annotated[bool, Query(description="with training costs along steps")] = False,
) -> Response:
    """The paper's tables, with ours beside every number that was run here."""
    stamp = [request.app.version, request.url.path, request.url.query, kind]
    headers = tag_of(" ".join([*stamp, stored.tag(session, suite.name, scale, cells)]).encode())
    if answer := unchanged(request, headers):
        return answer
    found = stored.of_store(session, suite.name, scale, cells, curves)
    content = markdown(found) if kind == MARKDOWN else found.model_dump_json()
    return Response(content, media_type=kind, headers=headers)


def submitted(value: Annotated[Any, Depends(body)]) -> SuiteSubmission:
    """Raises UnsupportedMediaType, TooLarge, Malformed, Refused, Invalid."""
    return submission.parse(value)


@router.post(
    "/{suite}/jobs",
    status_code=201,
    operation_id="submit_suite",
    openapi_extra={"requestBody": BODY},
    responses=documented(
        errors.Malformed,
        errors.Unauthorized,
        errors.NotFound,
        errors.KeyReused,
        errors.TooLarge,
        errors.UnsupportedMediaType,
        errors.Invalid,
        errors.Refused,
    ),
    dependencies=[Depends(offers(JSON))],
)
def submit(
    suite: Suite,
    given: Annotated[SuiteSubmission, Depends(submitted)],
    owner: Owner,
    work: UnitOfWork,
    response: Response,
    idempotency_key: Key = None,
) -> SuiteJobs:
    """Submit a job for each cell that has an experiment, all of them or none."""
    with work() as session:
        made = submission.submit(session, owner, suite.name, given, idempotency_key)
        jobs = [
            CellJob(cell=cell.id, job=JobSummary.of(view), lacking=cell.reason) for cell, view in made.jobs
        ]
    response.headers["Location"] = f"{suite.links['report']}?scale={given.scale}"
    left_out = [LeftOut(cell=cell.id, reason=cell.reason) for cell in made.left_out]
    return SuiteJobs(data=jobs, left_out=left_out)
