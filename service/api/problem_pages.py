"""What the ``type`` of a problem points at."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel

from service import errors

from .deps import JSON, offers
from .problems import documented

router = APIRouter(prefix="/problems", tags=["problems"], dependencies=[Depends(offers(JSON))])


class ProblemType(BaseModel):
    """A kind of problem."""

    type: str
    title: str
    status: int


@router.get("", operation_id="list_problem_types")
def kinds() -> list[ProblemType]:
    """Every kind of problem that this service reports."""
    return [_shape(slug) for slug in sorted(errors.ERRORS)]


@router.get(
    "/{slug}",
    operation_id="get_problem_type",
    responses=documented(errors.NotFound, errors.Invalid),
)
def kind(slug: Annotated[str, Path(pattern=r"^[a-z0-9-]{1,64}$")]) -> ProblemType:
    """One kind of problem."""
    if slug not in errors.ERRORS:
        raise errors.NotFound(f"There is no problem {slug}.")
    return _shape(slug)


def _shape(slug: str) -> ProblemType:
    error = errors.ERRORS[slug]
    return ProblemType(type=f"/problems/{slug}", title=error().title, status=error.status)
