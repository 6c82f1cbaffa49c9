"""Pages for people: what the resources say, as HTML."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from analysis.figures.charts import BOUND
from analysis.pages import job, live_board
from analysis.pages import suite as suite_pages
from analysis.pages.job import JobLine, RunLine
from estimators.specs.suites import Scale
from service import jobs
from service.leaderboards import stored
from service.store.job_views import ENDED, JobView, RunView
from service.suites.stored import stored_report

from . import pictures
from .answers import unchanged
from .deps import Reader
from .leaderboards import SVG, Asked, Benchmark, benchmark_headers, board_problems
from .suites import Suite

router = APIRouter(include_in_schema=False)
NO_CACHE = {"Cache-Control": "no-cache"}
HTML = "text/html"
Picture = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,100}$")]


def html_response(text: str, headers: dict[str, str] | None = None) -> Response:
    return Response(text, media_type=HTML, headers=NO_CACHE | (headers or {}))


def job_line(view: JobView) -> JobLine:
    """A job as the pages show it."""
    title = job.job_title(view.job.spec, probe=not view.job.estimator)
    labels = ", ".join(f"{name} {value}" for name, value in view.job.labels.items())
    return JobLine(str(view.job.id), title, view.state, min(1.0, view.done / view.total), labels)


def run_line(view: RunView, metric: str | None) -> RunLine:
    """A run as its job's page shows it, with the last value of the metric."""
    run = view.run
    value = view.summaries.get(metric) if metric else None
    state, steps = view.state, view.bundle.steps
    return RunLine(
        str(run.id), run.number, run.seed, run.setting, state, run.reason, view.step, steps, value
    )


def related_pages(view: JobView) -> dict[str, str]:
    """Addresses of what belongs to a job, by words."""
    ways = {"all of it as JSON": f"/v1/jobs/{view.job.id}"}
    if view.job.benchmark_id:
        return ways | {"its board": f"/boards/{view.job.benchmark_id}"}
    if view.state == "succeeded":
        return ways | {"its report": f"/v1/jobs/{view.job.id}/report"}
    return ways


@router.get("/boards/{benchmark}")
def show_board(benchmark: Benchmark, session: Reader, request: Request, asked: Asked) -> Response:
    headers = benchmark_headers(request, session, benchmark, HTML)
    if answer := unchanged(request, headers):
        return answer
    with board_problems():
        board = stored.stored_board(session, benchmark, **asked)
    return html_response(live_board.board_page(board, request.url.query), headers)


@router.get("/boards/{benchmark}/{picture}.svg")
def draw_board(
    benchmark: Benchmark, picture: Picture, session: Reader, request: Request
) -> Response:
    headers = benchmark_headers(request, session, benchmark, SVG)
    if answer := unchanged(request, headers):
        return answer
    with board_problems():
        content = pictures.board_svg(session, benchmark, picture)
    return Response(content, media_type=SVG, headers=headers)


@router.get("/jobs/{job_id}")
def show_job(job_id: UUID, session: Reader) -> Response:
    view, runs = jobs.find_job(session, job_id), jobs.job_runs(session, job_id)
    metric = BOUND if any(BOUND in run.summaries for run in runs) else None
    lines, ended = [run_line(run, metric) for run in runs], view.state in ENDED
    return html_response(job.job_page(job_line(view), lines, related_pages(view), metric, ended))


@router.get("/jobs/{job_id}/curves.svg")
def draw_job(job_id: UUID, session: Reader) -> Response:
    jobs.find_job(session, job_id)
    content = pictures.run_svg(session, jobs.job_runs(session, job_id), BOUND)
    return Response(content, media_type=SVG, headers=NO_CACHE)


@router.get("/suites/{suite}")
def show_suite(suite: Suite, session: Reader, scale: Scale = "digits") -> Response:
    report = stored_report(session, suite.name, scale)
    home = f"/suites/{suite.name}"
    addresses = {
        title: f"{home}/{name}.svg?scale={scale}"
        for name, title in pictures.report_titles(report).items()
    }
    return html_response(suite_pages.suite_page(report, addresses))


@router.get("/suites/{suite}/{picture}.svg")
def draw_suite(
    suite: Suite, picture: Picture, session: Reader, scale: Scale = "digits"
) -> Response:
    content = pictures.suite_svg(stored_report(session, suite.name, scale, curves=True), picture)
    return Response(content, media_type=SVG, headers=NO_CACHE)
