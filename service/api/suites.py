"""Suites: a paper's tables as they were published, and a report with ours beside them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from analysis.papers import catalogue
from analysis.papers.catalogue import SuiteDetail, SuiteSummary
from analysis.papers.shapes import SuiteReport
from analysis.tables.paper_markdown import report_markdown
from estimators.specs.suites import Scale
from service import errors
from service.suites import stored

from .answers import media, tag_of, tagged, unchanged
from .deps import JSON, MARKDOWN, Reader, asked_type, offers
from .lists import Listing, whole_list
from .problems import documented
from .schemas.base import FieldPage

router = APIRouter(prefix="/v1/suites", tags=["suites"])
FORMATS = {"json": JSON, "md": MARKDOWN}


class Suites(FieldPage[SuiteSummary]):
    """The papers whose tables are run here."""


def find_suite(
    suite: Annotated[
        str,
        Path(
            pattern=r"^[a-z0-9-]{1,50}$",
            description="the suite's name, as the list has it",
            examples=["muprop-2016"],
        ),
    ],
) -> SuiteDetail:
    """Raises NotFound."""
    try:
        return catalogue.suite_detail(suite)
    except LookupError as error:
        raise errors.NotFound(str(error)) from None


Suite = Annotated[SuiteDetail, Depends(find_suite)]
ScaleParameter = Annotated[
    Scale, Query(description="digits: no download; quick: an hour on MNIST; full: the paper's")
]
CellPattern = Annotated[str, Query(max_length=200, description="only cells whose id fits")]


@router.get(
    "",
    operation_id="list_suites",
    response_model=Suites,
    dependencies=[Depends(offers(JSON))],
)
def list_suites(
    asked: Annotated[Listing, Depends(whole_list(SuiteSummary, "name", "name", "cells"))],
) -> Response:
    """The papers whose tables are run here."""
    return asked.answer(Suites, catalogue.suite_summaries())


@router.get(
    "/{suite}",
    operation_id="get_suite",
    response_model=SuiteDetail,
    responses=documented(errors.NotFound, errors.Invalid),
    dependencies=[Depends(offers(JSON))],
)
def get_suite(suite: Suite, request: Request) -> Response:
    """What was published, with its source."""
    return tagged(request, suite)


def report_format(
    request: Request,
    format: Annotated[Literal["json", "md"] | None, Query(description="in place of Accept")] = None,
) -> str:
    """The media type that is asked for."""
    return asked_type(request, format, FORMATS)


@router.get(
    "/{suite}/report",
    operation_id="get_suite_report",
    response_model=SuiteReport,
    responses=documented(errors.NotFound, errors.Invalid) | media(MARKDOWN),
)
def get_report(
    suite: Suite,
    session: Reader,
    request: Request,
    kind: Annotated[str, Depends(report_format)],
    scale: ScaleParameter = "digits",
    cells: CellPattern = "*",
    curves: Annotated[bool, Query(description="with training costs along steps")] = False,
) -> Response:
    """The paper's tables, with ours beside every number that was run here."""
    stamp = [request.app.version, request.url.path, request.url.query, kind]
    headers = tag_of(
        " ".join([*stamp, stored.report_tag(session, suite.name, scale, cells)]).encode()
    )
    if answer := unchanged(request, headers):
        return answer
    report = stored.stored_report(session, suite.name, scale, cells, curves)
    content = report_markdown(report) if kind == MARKDOWN else report.model_dump_json()
    return Response(content, media_type=kind, headers=headers)
