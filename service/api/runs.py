"""Runs, and the series of runs."""

import csv
import io
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from service import errors, jobs
from service.store import series as store
from service.store.job_views import RunView

from .answers import MOST, media, tagged
from .deps import CSV, JSON, Reader, offers
from .problems import documented
from .schemas import RunSeries, RunWhole, SeriesPage, SeriesShape

router = APIRouter(prefix="/v1", tags=["runs"])
FAULTS = documented(errors.NotFound, errors.Invalid)
Names = Annotated[
    list[Annotated[str, Query(pattern=r"^[a-z0-9_/.,-]{1,200}$")]] | None,
    Query(
        max_length=50,
        description="of series, repeated or with commas; all if not said",
        examples=["bound/test"],
    ),
]
Points = Annotated[
    int, Query(ge=2, le=100_000, description="of a series; extremes of every stretch are kept")
]
Media = Annotated[str, Depends(offers(JSON, CSV))]
Counted = Annotated[int, Query(ge=-1, le=MOST, description="runs numbered above this")]


@router.get(
    "/runs/{run_id}",
    operation_id="get_run",
    response_model=RunWhole,
    responses=FAULTS,
    dependencies=[Depends(offers(JSON))],
)
def look(run_id: UUID, session: Reader, request: Request) -> Response:
    """A run, the last value of each of its series, and where it trained."""
    view = jobs.find_run(session, run_id)
    return tagged(request, RunWhole.whole(view, jobs.run_environments(session, view)))


@router.get(
    "/runs/{run_id}/series",
    operation_id="get_run_series",
    response_model=RunSeries,
    responses=FAULTS | media(CSV),
)
def series(
    run_id: UUID,
    session: Reader,
    request: Request,
    kind: Media,
    names: Names = None,
    max_points: Points = 1000,
) -> Response:
    """The series of a run.  Values that are no numbers come as "NaN", "Infinity" and "-Infinity"."""
    [found] = _read(session, [jobs.find_run(session, run_id)], names, max_points)
    return tagged(request, _csv([found]), CSV) if kind == CSV else tagged(request, found)


@router.get(
    "/jobs/{job_id}/series",
    operation_id="get_job_series",
    response_model=SeriesPage,
    responses=FAULTS | media(CSV),
)
def series_of_job(
    job_id: UUID,
    session: Reader,
    request: Request,
    kind: Media,
    names: Names = None,
    max_points: Points = 1000,
    after: Counted = -1,
    limit: Annotated[int, Query(ge=1, le=200, description="runs at most")] = 50,
) -> Response:
    """The series of a job's runs, in the order of the runs."""
    jobs.find_job(session, job_id)
    views = jobs.job_runs(session, job_id, after, limit + 1)
    more = views[limit - 1].run.number if len(views) > limit else None
    found = _read(session, views[:limit], names, max_points)
    if kind == CSV:
        return tagged(request, _csv(found), CSV)
    return tagged(request, SeriesPage.model_construct(data=found, next_cursor=more))


def _read(
    session: Reader, views: Sequence[RunView], names: list[str] | None, max_points: int
) -> list[RunSeries]:
    wanted = [name for part in names for name in part.split(",") if name] if names else None
    found = store.read_series(session, [view.run.id for view in views], wanted, max_points)
    return [_shape(view, found.get(view.run.id, {})) for view in views]


def _shape(view: RunView, found: dict[str, store.Series]) -> RunSeries:
    run = view.run
    shapes = {
        name: SeriesShape.model_construct(
            steps=points.steps.tolist(), values=points.values.tolist()
        )
        for name, points in sorted(found.items())
    }
    return RunSeries.model_construct(
        run=run.id, number=run.number, seed=run.seed, setting=run.setting, series=shapes
    )


def _csv(runs: Sequence[RunSeries]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["run", "number", "seed", *_settings(runs), "series", "step", "value"])
    for run in runs:
        about = [run.run, run.number, run.seed, *run.setting.values()]
        for name, points in run.series.items():
            writer.writerows(
                [*about, name, step, value] for step, value in zip(points.steps, points.values)
            )
    return text.getvalue().encode()


def _settings(runs: Sequence[RunSeries]) -> list[str]:
    """All runs of a job are points of one grid."""
    return list(runs[0].setting) if runs else []
