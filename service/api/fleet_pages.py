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
from .pages import NO_CACHE, SHIPPED, Picture, html_response
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
def shipped_report(suite: str, scale: Scale) -> SuiteReport:
    """Raises NotFound where nothing was kept."""
    if not (SHIPPED / suite / scale).is_dir():
        raise errors.NotFound(f"No results of {suite} at the scale {scale} ship with this service.")
    return folder_report(suite, scale, SHIPPED)


@router.get("/papers/{suite}")
def show_paper(suite: Suite, scale: Scale = "full") -> Response:
    report = shipped_report(suite.name, scale)
    addresses = {
        title: f"/papers/{suite.name}/{name}.svg?scale={scale}"
        for name, title in pictures.report_titles(report).items()
    }
    return html_response(suite_pages.suite_page(report, addresses, shipped=True))


@router.get("/papers/{suite}/{picture}.svg")
def draw_paper(suite: Suite, picture: Picture, scale: Scale = "full") -> Response:
    content = pictures.suite_svg(shipped_report(suite.name, scale), picture)
    return Response(content, media_type=SVG, headers=NO_CACHE)
