"""Runs, and the series of runs."""

import csv
import io
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from service import jobs
from service.store import series as store
from service.store.job_views import RunView

from .answers import media, tagged
from .cursors import Limit, NumberCursor, first_page
from .deps import CSV, JSON, Reader, offers
from .jobs import READS, JobId
from .schemas.runs import RunSeries, RunWhole, SeriesPage, SeriesShape

router = APIRouter(prefix="/v1", tags=["runs"])
RunId = Annotated[UUID, Path(description="the `id` of a run, as its job lists it")]
Names = Annotated[
    list[Annotated[str, Query(pattern=r"^[a-z0-9_/.,-]{1,200}$")]] | None,
    Query(
        max_length=50,
        description="of series, with commas between; all if not said",
        examples=["bound/test"],
    ),
]
Points = Annotated[
    int,
    Query(ge=2, le=100_000, description="of a series, at most; extremes of every stretch are kept"),
]
Media = Annotated[str, Depends(offers(JSON, CSV))]


@router.get(
    "/runs/{run_id}",
    operation_id="get_run",
    response_model=RunWhole,
    responses=READS,
    dependencies=[Depends(offers(JSON))],
)
def get_run(run_id: RunId, session: Reader, request: Request) -> Response:
    """A run, the last value of each of its series, and where it trained."""
    view = jobs.find_run(session, run_id)
    return tagged(request, RunWhole.whole(view, jobs.run_environments(session, view)))


@router.get(
    "/runs/{run_id}/series",
    operation_id="get_run_series",
    response_model=RunSeries,
    responses=READS | media(CSV),
)
def get_run_series(
    run_id: RunId,
    session: Reader,
    request: Request,
    kind: Media,
    names: Names = None,
    max_points: Points = 1000,
) -> Response:
    """The series of a run.

    Values that are no numbers come as "NaN", "Infinity" and "-Infinity".
    """
    page = read_run_series(session, [jobs.find_run(session, run_id)], names, max_points)
    return tagged(request, series_csv(page), CSV) if kind == CSV else tagged(request, page[0])


@router.get(
    "/jobs/{job_id}/series",
    operation_id="get_job_series",
    response_model=SeriesPage,
    responses=READS | media(CSV),
)
def get_job_series(
    job_id: JobId,
    session: Reader,
    request: Request,
    kind: Media,
    names: Names = None,
    max_points: Points = 1000,
    cursor: NumberCursor = None,
    limit: Limit = 50,
) -> Response:
    """The series of a job's runs, in the order of the runs."""
    jobs.find_job(session, job_id)
    after = int(cursor) if cursor else -1
    views, last = first_page(jobs.job_runs(session, job_id, after, limit + 1), limit)
    page = read_run_series(session, views, names, max_points)
    if kind == CSV:
        return tagged(request, series_csv(page), CSV)
    more = str(last.run.number) if last else None
    return tagged(request, SeriesPage.model_construct(data=page, next_cursor=more))


def read_run_series(
    session: Reader, views: Sequence[RunView], names: list[str] | None, max_points: int
) -> list[RunSeries]:
    wanted = [name for part in names for name in part.split(",") if name] if names else None
    by_run = store.read_series(session, [view.run.id for view in views], wanted, max_points)
    return [series_shape(view, by_run.get(view.run.id, {})) for view in views]


def series_shape(view: RunView, series: dict[str, store.Series]) -> RunSeries:
    run = view.run
    shapes = {
        name: SeriesShape.model_construct(
            steps=points.steps.tolist(), values=points.values.tolist()
        )
        for name, points in sorted(series.items())
    }
    return RunSeries.model_construct(
        run_id=run.id, number=run.number, seed=run.seed, setting=run.setting, series=shapes
    )


def series_csv(runs: Sequence[RunSeries]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["run_id", "number", "seed", *setting_names(runs), "series", "step", "value"])
    for run in runs:
        about = [run.run_id, run.number, run.seed, *run.setting.values()]
        for name, points in run.series.items():
            writer.writerows(
                [*about, name, step, value]
                for step, value in zip(points.steps, points.values, strict=True)
            )
    return text.getvalue().encode()


def setting_names(runs: Sequence[RunSeries]) -> list[str]:
    """All runs of a job are points of one grid."""
    return list(runs[0].setting) if runs else []
