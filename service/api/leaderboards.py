"""Which estimator is better: one board a benchmark."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from sqlalchemy.orm import Session

from analysis.boards.metrics import METRICS
from analysis.boards.shapes import Axis, Board, BoardSummary, Unanswerable
from analysis.records.readings import Spend
from analysis.tables import board_files
from service import errors
from service.errors import Fault
from service.leaderboards import listed, stored

from .answers import media, tag_of, unchanged
from .deps import CSV, JSON, MARKDOWN, Reader, asked_type, offers
from .lists import Listing, whole_list
from .pictures import rank_svg
from .problems import documented
from .schemas.base import FieldPage

router = APIRouter(prefix="/v1/leaderboards", tags=["leaderboards"])
MOST_SPEND = 1e15
SVG = "image/svg+xml"
FORMATS = {"json": JSON, "csv": CSV, "md": MARKDOWN, "svg": SVG}
Benchmark = Annotated[
    str,
    Path(
        pattern=r"^[0-9a-f]{16}$",
        description="the benchmark, as the list of leaderboards has it",
        examples=["32150d64b45efde9"],
    ),
]
Metric = Annotated[
    str, Query(json_schema_extra={"enum": list(METRICS)}, description="what is compared")
]
Amount = Annotated[
    float | None, Query(gt=0, le=MOST_SPEND, allow_inf_nan=False, description="in the board's unit")
]
Threshold = Annotated[
    float | None,
    Query(
        ge=0, le=MOST_SPEND, allow_inf_nan=False, description="a smaller difference is called none"
    ),
]
Target = Annotated[
    float | None,
    Query(ge=-MOST_SPEND, le=MOST_SPEND, allow_inf_nan=False, description="of a reach board"),
]


AxisParameter = Annotated[
    Axis, Query(description="what is equal: steps, evaluations or seconds; or reach")
]
SpendParameter = Annotated[Spend, Query(description="what a reach board counts")]


class Boards(FieldPage[BoardSummary]):
    """The benchmarks that have runs, the newest first."""


Listed = Annotated[
    Listing, Depends(whole_list(BoardSummary, "benchmark_id", "estimators", "runs", "succeeded"))
]


@router.get(
    "",
    operation_id="list_leaderboards",
    response_model=Boards,
    dependencies=[Depends(offers(JSON))],
)
def list_boards(session: Reader, listing: Listed) -> Response:
    """The benchmarks that have runs, the newest first."""
    return listing.answer(Boards, listed.board_list(session))


def board_query(
    metric: Metric = "bound/test",
    axis: AxisParameter = "steps",
    budget: Amount = None,
    target: Target = None,
    spend: SpendParameter = "steps",
    threshold: Threshold = None,
) -> dict[str, Any]:
    """Which board is asked for."""
    asked: dict[str, Any] = {"metric": metric, "axis": axis, "budget": budget, "target": target}
    return asked | {"spend": spend, "threshold": threshold}


Asked = Annotated[dict[str, Any], Depends(board_query)]


def benchmark_headers(
    request: Request, session: Session, benchmark: str, kind: str = JSON
) -> dict[str, str]:
    """The headers of an answer about a benchmark's runs, made without it.  Raises NotFound."""
    with board_problems():
        stamp = [
            request.app.version,
            stored.board_tag(session, benchmark),
            request.url.path,
            request.url.query,
            kind,
        ]
    return tag_of(" ".join(stamp).encode())


# boards that were asked for lately, by database, state of the runs and question; the oldest go
BOARDS: dict[tuple[str, str, str], Board] = {}
MOST_BOARDS = 64


def current_board(session: Session, benchmark: str, asked: dict[str, Any]) -> Board:
    """The board of one benchmark, computed once for each state of its runs.  Raises
    UnknownBenchmark and Unanswerable."""
    database = str(getattr(session.get_bind(), "url", ""))
    key = (database, stored.board_tag(session, benchmark), json.dumps(asked, sort_keys=True))
    if (board := BOARDS.get(key)) is None:
        while len(BOARDS) >= MOST_BOARDS:
            BOARDS.pop(next(iter(BOARDS)), None)
        BOARDS[key] = board = stored.stored_board(session, benchmark, **asked)
    return board


def board_format(
    request: Request,
    format: Annotated[
        Literal["json", "csv", "md", "svg"] | None, Query(description="in place of Accept")
    ] = None,
) -> str:
    """The media type that is asked for."""
    return asked_type(request, format, FORMATS)


WRITERS: dict[str, Callable[[Board], str | bytes]] = {
    JSON: Board.model_dump_json,
    CSV: board_files.board_csv,
    MARKDOWN: board_files.board_markdown,
    SVG: rank_svg,
}


@contextmanager
def board_problems() -> Iterator[None]:
    """What boards raise, as problems."""
    try:
        yield
    except LookupError as error:
        raise errors.NotFound(str(error)) from None
    except Unanswerable as error:
        fault = Fault(str(error), parameter=error.field, fix=error.fix)
        raise errors.Invalid(str(error), [fault]) from None


@router.get(
    "/{benchmark}",
    operation_id="get_leaderboard",
    response_model=Board,
    responses=documented(errors.NotFound, errors.Invalid) | media(CSV, MARKDOWN, SVG),
)
def get_board(
    benchmark: Benchmark,
    session: Reader,
    request: Request,
    kind: Annotated[str, Depends(board_format)],
    asked: Asked,
) -> Response:
    """Estimators ranked at equal spending, with intervals, rank sets, and what it cannot tell
    apart."""
    headers = benchmark_headers(request, session, benchmark, kind)
    if answer := unchanged(request, headers):
        return answer
    with board_problems():
        board = current_board(session, benchmark, asked)
    return Response(WRITERS[kind](board), media_type=kind, headers=headers)
