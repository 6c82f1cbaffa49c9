"""Pages for people: what the resources say, as HTML."""

from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Annotated, get_args

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.orm import Session

from analysis.pages import live_board
from analysis.pages import suite as suite_pages
from estimators.specs.suites import Scale
from service.suites.stored import stored_report

from . import pictures
from .answers import unchanged
from .deps import Reader
from .leaderboards import SVG, Asked, Benchmark, benchmark_headers, board_problems, current_board
from .pictures import MEDIA, PictureForm
from .suites import Suite

router = APIRouter(include_in_schema=False)
# what was trained of papers' suites and is kept beside the code; an installed wheel has none
SHIPPED = FilePath(__file__).parents[2] / "results"
NO_CACHE = {"Cache-Control": "no-cache"}
HTML = "text/html"
Picture = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,100}$")]


def shipped_scales(suite: str) -> list[Scale]:
    """The scales of which results of a suite ship, the largest first."""
    return [scale for scale in reversed(get_args(Scale)) if (SHIPPED / suite / scale).is_dir()]


def html_response(text: str, headers: dict[str, str] | None = None) -> Response:
    return Response(text, media_type=HTML, headers=NO_CACHE | (headers or {}))


@router.get("/boards/{benchmark}")
def show_board(benchmark: Benchmark, session: Reader, request: Request, asked: Asked) -> Response:
    headers = benchmark_headers(request, session, benchmark, HTML)
    if answer := unchanged(request, headers):
        return answer
    with board_problems():
        board = current_board(session, benchmark, asked)
    return html_response(
        live_board.board_page(board, request.url.query, service_address(request)), headers
    )


def service_address(request: Request) -> str:
    """As commands name it."""
    return str(request.base_url).rstrip("/")


@router.get("/boards/{benchmark}/{picture}.{form}")
def draw_board(
    benchmark: Benchmark, picture: Picture, form: PictureForm, session: Reader, request: Request
) -> Response:
    def draw() -> pictures.Picture:
        return pictures.board_picture(session, benchmark, picture)

    return benchmark_picture(request, session, benchmark, form, draw)


def benchmark_picture(
    request: Request,
    session: Session,
    benchmark: str,
    form: PictureForm,
    make: Callable[[], pictures.Picture],
) -> Response:
    """A picture of a benchmark's runs, or its values; made where the client has none of now."""
    headers = benchmark_headers(request, session, benchmark, MEDIA[form])
    if answer := unchanged(request, headers):
        return answer
    with board_problems():
        content = make().content(form)
    return Response(content, media_type=MEDIA[form], headers=headers)


@router.get("/suites/{suite}")
def show_suite(suite: Suite, session: Reader, scale: Scale = "digits") -> Response:
    report = stored_report(session, suite.name, scale)
    home = f"/suites/{suite.name}"
    addresses = {
        title: f"{home}/{name}.svg?scale={scale}"
        for name, title in pictures.report_titles(report).items()
    }
    other = bool(shipped_scales(suite.name))
    return html_response(suite_pages.suite_page(report, addresses, other=other))


@router.get("/suites/{suite}/{picture}.svg")
def draw_suite(
    suite: Suite, picture: Picture, session: Reader, scale: Scale = "digits"
) -> Response:
    content = pictures.suite_svg(stored_report(session, suite.name, scale, curves=True), picture)
    return Response(content, media_type=SVG, headers=NO_CACHE)
