"""Pages that set two estimators of a board side by side."""

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from analysis.comparisons.compare import compare_cells
from analysis.ledger.versus import compare_entries, entry_curves
from analysis.pages.compare import compare_page
from analysis.pages.versus import versus_page
from analysis.records.phrases import count_text
from service import entries, errors, ledgers
from service.errors import Fault

from . import pictures
from .answers import tagged, unchanged
from .benchmarks import Claimed, Name
from .deps import Reader
from .leaderboards import Asked, Benchmark, benchmark_headers, board_problems, current_board
from .pages import HTML, benchmark_picture, html_response
from .pictures import MEDIA, PictureForm

router = APIRouter(include_in_schema=False)
Cells = Annotated[list[str] | None, Query(max_length=50)]


def two_ticked(ticked: list[str] | None, parameter: str = "cell") -> tuple[str, str]:
    """Raises Invalid."""
    match ticked:
        case [first, second]:
            return first, second
    fault = Fault("Two are compared.", parameter=parameter, fix="Tick two rows of the board.")
    raise errors.Invalid(f"Ticked: {count_text(len(ticked or ()), 'row')}.", [fault])


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
    first, second = two_ticked(cell)
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
    cells = two_ticked(cell)

    def draw() -> pictures.Picture:
        return pictures.pair_picture(session, benchmark, cells)

    return benchmark_picture(request, session, benchmark, form, draw)


@router.get("/benchmarks/{name}/compare")
def show_entries(name: Name, session: Reader, query: Claimed, entry: Cells = None) -> Response:
    """Two ranked entries of a registered benchmark."""
    first, second = two_ticked(entry, "entry")
    protocol = entries.find_protocol(session, name)
    with board_problems():
        ledger = ledgers.read_ledger(session, protocol)
        comparison = compare_entries(ledger, first, second, query)
    asked = query.model_dump(exclude_defaults=True, exclude_none=True)
    home = f"/benchmarks/{protocol.id}"
    api = f"/v1{home}/compare?{urlencode({'a': first, 'b': second} | asked)}"
    board = f"{home}?{urlencode(asked)}".rstrip("?")
    picture = (
        f"{home}/compare.svg?{urlencode([('entry', first), ('entry', second), *asked.items()])}"
    )
    return html_response(versus_page(comparison, board, api, picture))


@router.get("/benchmarks/{name}/compare.{form}")
def draw_entries(
    name: Name,
    form: PictureForm,
    session: Reader,
    request: Request,
    query: Claimed,
    entry: Cells = None,
) -> Response:
    """Learning curves of two ranked entries with their bands, or the same in figures."""
    first, second = two_ticked(entry, "entry")
    ledger = ledgers.read_ledger(session, entries.find_protocol(session, name))
    with board_problems():
        curves = entry_curves(ledger, first, second, query)
    return tagged(request, pictures.curve_picture(curves).content(form), MEDIA[form])
