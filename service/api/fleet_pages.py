"""The page of the fleet, and pages of what ships with the service: results of papers' suites."""

from functools import lru_cache

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from analysis.pages import suite as suite_pages
from analysis.pages.fleet import WaitingLine, WorkerLine, fleet_page
from analysis.papers.report import folder_report
from analysis.papers.shapes import SuiteReport
from estimators.specs.states import State
from estimators.specs.suites import Scale
from service import errors
from service.store import bundles, workers
from service.store.job_lists import JobQuery, select_jobs
from service.store.models import Bundle
from service.store.workers import WorkerView
from service.waiting import waiting_reason

from . import pictures
from .deps import Reader
from .job_pages import job_line
from .leaderboards import SVG
from .pages import NO_CACHE, SHIPPED, Picture, html_response, shipped_scales
from .suites import Suite

router = APIRouter(include_in_schema=False)
WAITING = 20  # jobs that are listed


@router.get("/fleet")
def show_fleet(session: Reader) -> Response:
    lines = [worker_line(session, view) for view in workers.fleet_views(session)]
    query = JobQuery(states=[State.QUEUED], oldest_first=True)
    jobs = select_jobs(session, WAITING, query=query)
    waiting = [
        WaitingLine(
            f"/jobs/{view.job.id}",
            job_line(view).title,
            view.job.owner,
            waiting_reason(session, view.job.id) or "",
        )
        for view in jobs
    ]
    return html_response(fleet_page(lines, bundles.waiting_bundles(session), waiting))


def worker_line(session: Session, view: WorkerView) -> WorkerLine:
    worker = view.worker
    bundle = session.get(Bundle, worker.bundle_id) if worker.bundle_id else None
    job = (f"job {str(bundle.job_id)[:8]}", f"/jobs/{bundle.job_id}") if bundle else None
    about = (worker.id, worker.device_class, worker.queues, view.silent)
    return WorkerLine(*about, job, worker.trouble, worker.missing_data or ())


@lru_cache(maxsize=8)
def shipped_report(suite: str, scale: Scale | None) -> SuiteReport:
    """Of a scale, or the largest that ships.  Raises NotFound where nothing was kept."""
    scales = shipped_scales(suite)
    asked = [one for one in scales if scale in (None, one)]
    if not asked:
        at = f" at the scale {scale}" if scale else ""
        others = f"; there are those of {', '.join(scales)}" if scales else ""
        raise errors.NotFound(f"No results of {suite}{at} ship with this service{others}.")
    return folder_report(suite, asked[0], SHIPPED)


@router.get("/papers/{suite}")
def show_paper(suite: Suite, scale: Scale | None = None) -> Response:
    report = shipped_report(suite.name, scale)
    addresses = {
        title: f"/papers/{suite.name}/{name}.svg?scale={report.scale}"
        for name, title in pictures.report_titles(report).items()
    }
    return html_response(
        suite_pages.suite_page(report, addresses, shipped_scales(suite.name)[::-1])
    )


@router.get("/papers/{suite}/{picture}.svg")
def draw_paper(suite: Suite, picture: Picture, scale: Scale | None = None) -> Response:
    content = pictures.suite_svg(shipped_report(suite.name, scale), picture)
    return Response(content, media_type=SVG, headers=NO_CACHE)
