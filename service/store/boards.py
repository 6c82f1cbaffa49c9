"""What leaderboards are made of: the runs of a benchmark, with what they logged and where they trained."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from .models import Attempt, Benchmark, Bundle, Job, Json, Run
from .series import Series, read
from .shown import RunView, runs


@dataclass(frozen=True)
class BenchmarkView:
    """A benchmark and how much was run on it."""

    benchmark: Benchmark
    jobs: int
    cells: int  # estimators with settings
    runs: int
    succeeded: int


@dataclass(frozen=True)
class Entry:
    """One run of a benchmark."""

    view: RunView  # seed, setting, lane; state, step, summaries; its bundle's width
    job: Job  # the estimator's spec, the cell
    series: Mapping[str, Series]  # those asked for
    environments: list[Json]  # of the attempts that trained it, in order, each once


def benchmarks(session: Session) -> list[BenchmarkView]:
    """All benchmarks, the newest first."""
    succeeded = func.count(case((Run.state == "succeeded", 1)))
    cells, jobs = func.count(Job.cell_id.distinct()), func.count(Job.id.distinct())
    rows = session.execute(
        select(Benchmark, jobs, cells, func.count(Run.id), succeeded)
        .join(Job, Job.benchmark_id == Benchmark.id)
        .join(Run, Run.job_id == Job.id)
        .group_by(Benchmark.id)
        .order_by(Benchmark.created_at.desc(), Benchmark.id)
    )
    return [BenchmarkView(*row) for row in rows]


def benchmark(session: Session, benchmark_id: str) -> Benchmark | None:
    return session.get(Benchmark, benchmark_id)


def entries(session: Session, benchmark_id: str, names: Iterable[str]) -> list[Entry]:
    """Every run of a benchmark, in order of submission, with the series of these names."""
    jobs = {job.id: job for job in session.scalars(select(Job).where(Job.benchmark_id == benchmark_id))}
    views = runs(session, Run.job_id.in_(jobs))
    series = read(session, [view.run.id for view in views], names)
    places = environments(session, {view.bundle.id: view.bundle for view in views})
    return [
        Entry(view, jobs[view.run.job_id], series.get(view.run.id, {}), places[view.bundle.id])
        for view in views
    ]


def environments(session: Session, bundles: Mapping[UUID, Bundle]) -> dict[UUID, list[Json]]:
    """Where the programs of these bundles trained, bundles that they went on from included."""
    known, missing = dict(bundles), set(bundles.values())
    while parents := {b.parent_id for b in missing if b.start and b.parent_id and b.parent_id not in known}:
        missing = set(session.scalars(select(Bundle).where(Bundle.id.in_(parents))))
        known |= {bundle.id: bundle for bundle in missing}
    tried: dict[UUID, list[Json]] = {id: [] for id in known}
    for attempt in session.scalars(
        select(Attempt).where(Attempt.bundle_id.in_(known)).order_by(Attempt.bundle_id, Attempt.number)
    ):
        tried[attempt.bundle_id] += [attempt.environment] if attempt.environment else []
    return {id: _distinct(_line(bundle, known, tried)) for id, bundle in bundles.items()}


def _line(bundle: Bundle, known: Mapping[UUID, Bundle], tried: Mapping[UUID, list[Json]]) -> list[Json]:
    earlier = _line(known[bundle.parent_id], known, tried) if bundle.start and bundle.parent_id else []
    return earlier + tried[bundle.id]


def _distinct(rows: list[Json]) -> list[Json]:
    return [row for i, row in enumerate(rows) if row not in rows[:i]]
