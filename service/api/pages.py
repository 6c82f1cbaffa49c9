"""Pages for people: what the resources say, as HTML."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from analysis.papers import catalogue
from estimators.specs.suites import Scale
from service import jobs
from service.leaderboards import stored
from service.store import job_views
from service.suites.stored import of_store
from service.web import live

from . import drawn
from .answers import unchanged
from .deps import Reader
from .leaderboards import SVG, Asked, Benchmark, tagged, told
from .suites import Suite

router = APIRouter(include_in_schema=False)
NEWEST = 20  # jobs at home
ONLY_OURS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
    "Cache-Control": "no-cache",
}
HTML = "text/html"
Picture = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,100}$")]


def html(text: str, headers: dict[str, str] | None = None) -> Response:
    return Response(text, media_type=HTML, headers=ONLY_OURS | (headers or {}))


@router.get("/")
def home(session: Reader) -> Response:
    return html(
        live.home(stored.boards(session), job_views.job_page(session, NEWEST), catalogue.suites())
    )


@router.get("/boards/{benchmark}")
def board(benchmark: Benchmark, session: Reader, request: Request, asked: Asked) -> Response:
    headers = tagged(request, session, benchmark, HTML)
    if answer := unchanged(request, headers):
        return answer
    with told():
        found = stored.board(session, benchmark, **asked)
    return html(live.board(found, request.url.query), headers)


@router.get("/boards/{benchmark}/{picture}.svg")
def board_picture(
    benchmark: Benchmark, picture: Picture, session: Reader, request: Request
) -> Response:
    headers = tagged(request, session, benchmark, SVG)
    if answer := unchanged(request, headers):
        return answer
    with told():
        content = drawn.of_board(session, benchmark, picture)
    return Response(content, media_type=SVG, headers=headers)


@router.get("/jobs/{job_id}")
def job(job_id: UUID, session: Reader) -> Response:
    view, runs = jobs.find_job(session, job_id), jobs.job_runs(session, job_id)
    return html(
        live.job(
            view, runs, drawn.BOUND if any(drawn.BOUND in run.summaries for run in runs) else None
        )
    )


@router.get("/jobs/{job_id}/curves.svg")
def job_picture(job_id: UUID, session: Reader) -> Response:
    jobs.find_job(session, job_id)
    content = drawn.of_runs(session, jobs.job_runs(session, job_id), drawn.BOUND)
    return Response(content, media_type=SVG, headers={"Cache-Control": "no-cache"})


@router.get("/suites/{suite}")
def suite(suite: Suite, session: Reader, scale: Scale = "digits") -> Response:
    found = of_store(session, suite.name, scale)
    home = f"/suites/{suite.name}"
    pictures = {
        title: f"{home}/{name}.svg?scale={scale}" for name, title in drawn.titles(found).items()
    }
    return html(live.suite(found, pictures))


@router.get("/suites/{suite}/{picture}.svg")
def suite_picture(
    suite: Suite, picture: Picture, session: Reader, scale: Scale = "digits"
) -> Response:
    content = drawn.of_suite(of_store(session, suite.name, scale, curves=True), picture)
    return Response(content, media_type=SVG, headers={"Cache-Control": "no-cache"})
