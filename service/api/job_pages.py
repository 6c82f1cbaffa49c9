"""Pages of jobs and runs, which keep themselves current, and what their buttons do."""

import json
from collections.abc import Sequence
from time import time
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from analysis.figures.charts import BOUND
from analysis.pages import job, run
from analysis.pages.forms import NumberForm
from analysis.pages.job import JobLine, JobStory, RunLine
from analysis.pages.progress import Progress
from analysis.pages.run import RunStory
from estimators.specs.states import State
from service import jobs
from service.extensions import Extension
from service.probe_reports import probe_report
from service.store.job_views import JobView, RunView
from service.store.models import PROBE, TRAIN
from service.submission import validate_strictly
from service.waiting import waiting_reason

from .cursors import first_page
from .deps import AppSettings, Asking, Reader, Readers, UnitOfWork
from .extensions import made_extension
from .forms import Sent, needs_key
from .pages import NO_CACHE, html_response
from .pictures import (
    CURVES,
    MEDIA,
    PROBE_PICTURE,
    Picture,
    PictureForm,
    probe_picture,
    run_picture,
)
from .runs import RunId
from .schemas.failures import FailureShape

router = APIRouter(include_in_schema=False)
RUNS = 200  # on a page
SEEDS = 5  # that a job is extended by, where nobody says otherwise
PICTURED = 500  # runs of which a picture is drawn, at most


def job_line(view: JobView) -> JobLine:
    """A job as the pages show it."""
    title = job.job_title(view.job.spec, probe=not view.job.estimator)
    labels = ", ".join(f"{name} {value}" for name, value in view.job.labels.items())
    return JobLine(str(view.job.id), title, view.state, min(1.0, view.done / view.total), labels)


def run_line(view: RunView, metric: str | None) -> RunLine:
    """A run as its job's page shows it, with the last value of the metric."""
    row = view.run
    value = view.summaries.get(metric) if metric else None
    state, steps = view.state, view.bundle.steps
    return RunLine(
        str(row.id), row.number, row.seed, row.setting, state, row.reason, view.step, steps, value
    )


def failure_words(shape: FailureShape | None) -> tuple[str, str] | None:
    return None if shape is None else (shape.message, shape.hint)


def job_progress(session: Session, view: JobView) -> Progress:
    """How far a job is, and why it waits."""
    return Progress(
        view.state,
        min(1.0, view.done / view.total),
        view.counts,
        time(),
        view.job.created_at,
        view.started_at,
        view.finished_at,
        waiting_reason(session, view.job.id) if State.QUEUED in view.counts else None,
        failure_words(FailureShape.of(view.failure)),
    )


def related_pages(view: JobView) -> dict[str, str]:
    """Addresses of what belongs to a job, by words."""
    home = f"/v1/jobs/{view.job.id}"
    ways = {"all of it as JSON": home, "its events": f"{home}/events"}
    if view.job.parent_id:
        ways["the job that it adds to"] = f"/jobs/{view.job.parent_id}"
    if view.job.benchmark_id:
        return ways | {"its board": f"/boards/{view.job.benchmark_id}"}
    if view.state == State.SUCCEEDED:
        return ways | {"its report": f"{home}/report"}
    return ways


def job_actions(view: JobView) -> dict[str, str]:
    """What may be asked of a job as it is, by words."""
    home = f"/jobs/{view.job.id}"
    actions = {}
    if view.state in (State.QUEUED, State.RUNNING):
        actions["Cancel"] = f"{home}/cancel"
    if view.counts.get(State.FAILED) or view.counts.get(State.CANCELLED):
        actions["Retry what failed or was cancelled"] = f"{home}/retry"
    return actions


def job_extensions(view: JobView) -> list[NumberForm]:
    """By what an experiment's job may be extended, as it is."""
    if view.job.kind != TRAIN:
        return []
    to, steps = f"/jobs/{view.job.id}/extend", view.job.spec["training"]["steps"]
    seeds = NumberForm(to, "seeds", "seeds", "Add seeds", 1, SEEDS)
    further = NumberForm(to, "steps", "steps in all", "Train further", steps + 1, 2 * steps)
    return [seeds, further] if view.state == State.SUCCEEDED else [seeds]


def again_command(view: JobView, address: str) -> list[str]:
    """Submits a job's spec once more."""
    spec = view.job.spec if view.job.kind == TRAIN else {"kind": view.job.kind, **view.job.spec}
    body = json.dumps(spec).replace("'", "'\\''")
    return [f"curl {address}/v1/jobs -H 'Content-Type: application/json' -d '{body}'"]


def job_story(
    session: Session, view: JobView, runs: Sequence[RunView], last: RunView | None, request: Request
) -> JobStory:
    metric = BOUND if any(BOUND in one.summaries for one in runs) else None
    more = f"/jobs/{view.job.id}?after={last.run.number}" if last else None
    return JobStory(
        line=job_line(view),
        progress=job_progress(session, view),
        ways=related_pages(view),
        metric=metric,
        picture=picture_title(view, metric),
        version=view.job.version,
        runs=[run_line(one, metric) for one in runs],
        more=more,
        actions=job_actions(view),
        extensions=job_extensions(view),
        needs_key=needs_key(request),
        command=again_command(view, str(request.base_url).rstrip("/")),
    )


def picture_title(view: JobView, metric: str | None) -> str | None:
    """What there is to draw of a job as it is."""
    if view.job.kind == PROBE:
        return PROBE_PICTURE if view.state == State.SUCCEEDED else None
    return CURVES if metric else None


@router.get("/jobs/{job_id}")
def show_job(
    job_id: UUID, session: Reader, request: Request, after: int = Query(-1, ge=-1, le=10**9)
) -> Response:
    view = jobs.find_job(session, job_id)
    runs, last = first_page(jobs.job_runs(session, job_id, after, RUNS + 1), RUNS)
    return html_response(job.job_page(job_story(session, view, runs, last, request)))


@router.get("/jobs/{job_id}/curves.{form}")
def draw_job(job_id: UUID, form: PictureForm, session: Reader) -> Response:
    """Learning curves of its runs, or what a probe has measured."""
    if jobs.find_job(session, job_id).job.kind == PROBE:
        return picture_response(probe_picture(probe_report(session, job_id)), form)
    runs = jobs.job_runs(session, job_id, limit=PICTURED)
    return picture_response(run_picture(session, runs), form)


def picture_response(picture: Picture, form: PictureForm) -> Response:
    """Drawn, or in figures."""
    return Response(picture.content(form), media_type=MEDIA[form], headers=NO_CACHE)


def see_other(address: str) -> Response:
    """Back to a page, which shows what has changed."""
    return RedirectResponse(address, status_code=303)


@router.post("/jobs/{job_id}/cancel")
def press_cancel(job_id: UUID, asking: Asking, work: UnitOfWork) -> Response:
    jobs.cancel_in_slices(work, job_id, asking)
    return see_other(f"/jobs/{job_id}")


@router.post("/jobs/{job_id}/retry")
def press_retry(job_id: UUID, asking: Asking, work: UnitOfWork) -> Response:
    jobs.retry_in_slices(work, job_id, asking=asking)
    return see_other(f"/jobs/{job_id}")


@router.post("/jobs/{job_id}/extend")
def press_extend(
    job_id: UUID,
    sent: Sent,
    asking: Asking,
    work: UnitOfWork,
    readers: Readers,
    settings: AppSettings,
) -> Response:
    """To the page of the job that adds to this one."""
    numbers = {name: int(text) if text.isdecimal() else text for name, text in sent.items()}
    asked = validate_strictly(Extension, numbers)
    made = made_extension(job_id, asked, asking, work, readers, settings)
    return see_other(f"/jobs/{made.id}")


@router.get("/runs/{run_id}")
def show_run(run_id: RunId, session: Reader) -> Response:
    view = jobs.find_run(session, run_id)
    whole = jobs.find_job(session, view.run.job_id)
    progress = Progress(
        view.state,
        1.0 if view.state == State.SUCCEEDED else view.step / view.bundle.steps,
        {},
        time(),
        whole.job.created_at,
        view.started_at,
        view.run.ended_at,
        waiting_reason(session, whole.job.id) if view.state == State.QUEUED else None,
        failure_words(FailureShape.of(view.failure)),
    )
    story = RunStory(
        run_id=str(view.run.id),
        job_id=str(whole.job.id),
        job_title=job_line(whole).title,
        number=view.run.number,
        seed=view.run.seed,
        setting=view.run.setting,
        step=view.step,
        steps=view.bundle.steps,
        lane=view.run.lane,
        width=view.bundle.width,
        attempt=view.bundle.attempt,
        progress=progress,
        last=dict(sorted(view.summaries.items())),
        environments=jobs.run_environments(session, view),
        pictured=BOUND in view.summaries,
    )
    return html_response(run.run_page(story))


@router.get("/runs/{run_id}/curves.{form}")
def draw_run(run_id: RunId, form: PictureForm, session: Reader) -> Response:
    return picture_response(run_picture(session, [jobs.find_run(session, run_id)]), form)
