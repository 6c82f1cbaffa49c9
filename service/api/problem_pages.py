"""What the ``type`` of a problem points at."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, Field

from analysis.pages.problem import problem_list, problem_page
from service import errors

from .answers import media
from .deps import JSON, offers
from .lists import Listing, whole_list
from .problems import PAGE_TYPE, documented
from .schemas.base import FieldPage

router = APIRouter(prefix="/problems", tags=["problems"])
Slug = Annotated[
    str, Path(pattern=r"^[a-z0-9-]{1,64}$", description="the last part of a problem's `type`")
]


class ProblemType(BaseModel):
    """A kind of problem."""

    type: str = Field(description="as problems name it, and where this page is")
    title: str
    status: int = Field(description="of the answers that report it")
    explanation: str = Field(description="what it means, and what helps")


class ProblemTypePage(FieldPage[ProblemType]):
    """All kinds of problems, by name."""


Media = Annotated[str, Depends(offers(JSON, PAGE_TYPE))]


@router.get(
    "",
    operation_id="list_problem_types",
    response_model=ProblemTypePage,
    responses=media(PAGE_TYPE),
)
def get_problem_types(
    kind: Media,
    asked: Annotated[Listing, Depends(whole_list(ProblemType, "type", "type", "status"))],
) -> Response:
    """Every kind of problem that this service reports."""
    problems = [problem_type(slug) for slug in sorted(errors.ERRORS)]
    if kind == PAGE_TYPE:
        lines = [(one.type, one.title, one.status) for one in problems]
        return Response(problem_list(lines), media_type=PAGE_TYPE)
    return asked.answer(ProblemTypePage, problems)


@router.get(
    "/{slug}",
    operation_id="get_problem_type",
    response_model=ProblemType,
    responses=documented(errors.NotFound, errors.Invalid) | media(PAGE_TYPE),
)
def get_problem_type(slug: Slug, kind: Media) -> Response:
    """One kind of problem, and what helps."""
    if slug not in errors.ERRORS:
        raise errors.NotFound(f"There is no problem {slug}.")
    one = problem_type(slug)
    if kind == PAGE_TYPE:
        text = problem_page(one.title, one.status, one.explanation)
        return Response(text, media_type=PAGE_TYPE)
    return Response(one.model_dump_json(), media_type=JSON)


def problem_type(slug: str) -> ProblemType:
    error = errors.ERRORS[slug]
    return ProblemType(
        type=f"/problems/{slug}",
        title=error().title,
        status=error.status,
        explanation=error.explanation(),
    )
