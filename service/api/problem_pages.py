"""What the ``type`` of a problem points at."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from service import errors

from .deps import JSON, offers
from .problems import documented
from .schemas.base import Page

router = APIRouter(prefix="/problems", tags=["problems"], dependencies=[Depends(offers(JSON))])
Slug = Annotated[
    str, Path(pattern=r"^[a-z0-9-]{1,64}$", description="the last part of a problem's `type`")
]


class ProblemType(BaseModel):
    """A kind of problem."""

    type: str = Field(description="as problems name it, and where this page is")
    title: str
    status: int = Field(description="of the answers that report it")


class ProblemTypePage(Page[ProblemType]):
    """All kinds of problems, by name."""


@router.get("", operation_id="list_problem_types")
def get_problem_types() -> ProblemTypePage:
    """Every kind of problem that this service reports."""
    return ProblemTypePage(data=[problem_type(slug) for slug in sorted(errors.ERRORS)])


@router.get(
    "/{slug}",
    operation_id="get_problem_type",
    responses=documented(errors.NotFound, errors.Invalid),
)
def get_problem_type(slug: Slug) -> ProblemType:
    """One kind of problem."""
    if slug not in errors.ERRORS:
        raise errors.NotFound(f"There is no problem {slug}.")
    return problem_type(slug)


def problem_type(slug: str) -> ProblemType:
    error = errors.ERRORS[slug]
    return ProblemType(type=f"/problems/{slug}", title=error().title, status=error.status)
