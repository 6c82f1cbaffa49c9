"""What else the runs of a benchmark say: pairs, frontiers, history, profiles; and the runs
themselves."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from sqlalchemy.orm import Session

from analysis.comparisons.compare import Comparison, compare_cells
from analysis.comparisons.history import History
from analysis.comparisons.pareto import Cost, Pareto, cost_frontier
from analysis.comparisons.profiles import Profiles, performance_profiles
from service import errors
from service.leaderboards import stored

from .answers import media, unchanged
from .deps import JSON, Reader, offers
from .leaderboards import (
    Amount,
    Asked,
    Benchmark,
    Metric,
    SpendParameter,
    Threshold,
    benchmark_headers,
    board_problems,
)
from .picture_answers import SVG, Kind, drawn_answer
from .pictures import profile_svg
from .problems import documented

LINES = "application/x-ndjson"
FAULTS = documented(errors.NotFound, errors.Invalid)
router = APIRouter(prefix="/v1", tags=["leaderboards"])
Route = TypeVar("Route", bound=Callable[..., Response])
Cell = Annotated[
    str, Query(min_length=1, max_length=200, description="a cell, or an estimator's label")
]
Benchmarks = Annotated[
    str,
    Query(pattern=r"^[0-9a-f]{16}(,[0-9a-f]{16}){0,19}$", description="identifiers, with commas"),
]


Equal = Annotated[
    Literal["steps", "evals", "seconds"],
    Query(description="what is equal: steps, evaluations or seconds"),
]
CostParameter = Annotated[Cost, Query(description="what bounds are set against")]


def spending_query(
    metric: Metric = "bound/test",
    axis: Equal = "steps",
    budget: Amount = None,
    threshold: Threshold = None,
) -> dict[str, Any]:
    """A board of bounds: one that counts what is spent has none to set against it."""
    return {"metric": metric, "axis": axis, "budget": budget, "threshold": threshold}


def json_answer(
    request: Request, session: Session, benchmark: str, make: Callable[[], BaseModel]
) -> Response:
    """What is made, unless the client has it already."""
    headers = benchmark_headers(request, session, benchmark)
    if answer := unchanged(request, headers):
        return answer
    with board_problems():
        return Response(make().model_dump_json(), media_type=JSON, headers=headers)


def json_route(path: str, name: str, shape: type[BaseModel]) -> Callable[[Route], Route]:
    """A route that gives this shape as JSON."""
    return router.get(
        path,
        operation_id=name,
        response_model=shape,
        responses=FAULTS,
        dependencies=[Depends(offers(JSON))],
    )


@json_route("/leaderboards/{benchmark}/compare", "compare_estimators", Comparison)
def compare_estimators(
    benchmark: Benchmark, a: Cell, b: Cell, session: Reader, request: Request, asked: Asked
) -> Response:
    """Two estimators seed by seed: the difference with its interval, and whether it can be told."""
    make = lambda: compare_cells(stored.stored_board(session, benchmark, **asked), a, b)
    return json_answer(request, session, benchmark, make)


@json_route("/leaderboards/{benchmark}/pareto", "get_pareto", Pareto)
def get_frontier(
    benchmark: Benchmark,
    session: Reader,
    request: Request,
    asked: Annotated[dict[str, Any], Depends(spending_query)],
    cost: CostParameter = "evals",
) -> Response:
    """Bounds against what they cost, and what nothing beats on both."""
    make = lambda: cost_frontier(stored.stored_board(session, benchmark, **asked), cost)
    return json_answer(request, session, benchmark, make)


@json_route("/leaderboards/{benchmark}/history", "get_history", History)
def get_history(benchmark: Benchmark, session: Reader, request: Request, asked: Asked) -> Response:
    """Results by version of the code."""
    return json_answer(
        request, session, benchmark, lambda: stored.stored_history(session, benchmark, **asked)
    )


@router.get(
    "/leaderboards/{benchmark}/runs",
    operation_id="export_runs",
    response_class=StreamingResponse,
    responses=FAULTS | media(LINES),
    dependencies=[Depends(offers(LINES))],
)
def export_runs(benchmark: Benchmark, request: Request, session: Reader) -> Response:
    """Every run with all its series, one line of JSON each: what boards can be verified against."""
    with board_problems():
        stored.benchmark_definition(session, benchmark)
    return StreamingResponse(_run_lines(request, benchmark), media_type=LINES)


def _run_lines(request: Request, benchmark: str) -> Iterator[str]:
    """In a session of its own: the request's ends before the first line leaves."""
    with request.app.state.readers.begin() as session:
        for line in stored.exported_runs(session, benchmark):
            yield line + "\n"


@router.get(
    "/profiles", operation_id="get_profiles", response_model=Profiles, responses=FAULTS | media(SVG)
)
def get_profiles(
    benchmarks: Benchmarks,
    session: Reader,
    request: Request,
    kind: Kind,
    spend: SpendParameter = "steps",
) -> Response:
    """Performance profiles over benchmarks, at each one's default target."""
    with board_problems():
        boards = [
            stored.stored_board(session, one, axis="reach", spend=spend)
            for one in benchmarks.split(",")
        ]
        profiles = performance_profiles(boards)
    return drawn_answer(request, profiles, kind, lambda: profile_svg(profiles))
