"""Pages that set two estimators of a board side by side."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from analysis.comparisons.compare import compare_cells
from analysis.pages.compare import compare_page
from service import errors
from service.errors import Fault

from . import pictures
from .answers import unchanged
from .deps import Reader
from .leaderboards import Asked, Benchmark, benchmark_headers, board_problems, current_board
from .pages import HTML, benchmark_picture, html_response
from .pictures import PictureForm

router = APIRouter(include_in_schema=False)
Cells = Annotated[list[str] | None, Query(max_length=50)]


def two_cells(cell: list[str] | None) -> tuple[str, str]:
    """Raises Invalid."""
    match cell:
        case [first, second]:
            return first, second
    fault = Fault("Two are compared.", parameter="cell", fix="Tick two rows of the board.")
    raise errors.Invalid(f"{len(cell or ())} rows are ticked.", [fault])


@router.get("/boards/{benchmark}/compare")
def show_comparison(
    benchmark: Benchmark,
    session: Reader,
    request: Request,
    asked: Asked,
    cell: Cells = None,
    query: str = "",
) -> Response:
    """``query``: what was asked of the board whose form was sent."""
    first, second = two_cells(cell)
    if query:
        board_parts = dict(parse_qsl(query))
        address = request.url.remove_query_params("query").include_query_params(**board_parts)
        return RedirectResponse(f"{address.path}?{address.query}", status_code=303)
    headers = benchmark_headers(request, session, benchmark, HTML)
    if answer := unchanged(request, headers):
        return answer
    with board_problems():
        board = current_board(session, benchmark, asked)
        comparison = compare_cells(board, first, second)
    both = f"cell={comparison.a.cell_id}&cell={comparison.b.cell_id}"
    picture = f"/boards/{benchmark}/compare.svg?{both}" if board.query.axis == "steps" else ""
    return html_response(compare_page(board, comparison, picture), headers)


@router.get("/boards/{benchmark}/compare.{form}")
def draw_comparison(
    benchmark: Benchmark, form: PictureForm, session: Reader, request: Request, cell: Cells = None
) -> Response:
    cells = two_cells(cell)

    def draw() -> pictures.Picture:
        return pictures.pair_picture(session, benchmark, cells)

    return benchmark_picture(request, session, benchmark, form, draw)
