"""Benchmarks, how much was run on each, and where: `standings` has the runs themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from estimators.specs.states import State

from .models import Attempt, Benchmark, Bundle, Job, Json, Run


@dataclass(frozen=True)
class BenchmarkView:
    """A benchmark and how much was run on it."""

    benchmark: Benchmark
    jobs: int
    cells: int  # estimators with settings
    runs: int
    succeeded: int


def benchmark_views(session: Session) -> list[BenchmarkView]:
    """All benchmarks, the newest first."""
    succeeded = func.count(case((Run.state == State.SUCCEEDED, 1)))
    cells, jobs = func.count(Job.cell_id.distinct()), func.count(Job.id.distinct())
    rows = session.execute(
        select(Benchmark, jobs, cells, func.count(Run.id), succeeded)
        .join(Job, Job.benchmark_id == Benchmark.id)
        .join(Run, Run.job_id == Job.id)
        .group_by(Benchmark.id)
        .order_by(Benchmark.created_at.desc(), Benchmark.id)
    )
    return [BenchmarkView(*row) for row in rows]


def find_benchmark(session: Session, benchmark_id: str) -> Benchmark | None:
    return session.get(Benchmark, benchmark_id)


def bundle_environments(session: Session, bundles: Mapping[UUID, Bundle]) -> dict[UUID, list[Json]]:
    """Where the programs of these bundles trained, bundles that they went on from included."""
    bundle_of, missing = dict(bundles), set(bundles.values())
    while parents := {
        b.parent_id for b in missing if b.start and b.parent_id and b.parent_id not in bundle_of
    }:
        missing = set(session.scalars(select(Bundle).where(Bundle.id.in_(parents))))
        bundle_of |= {bundle.id: bundle for bundle in missing}
    tried: dict[UUID, list[Json]] = {id: [] for id in bundle_of}
    for attempt in session.scalars(
        select(Attempt)
        .where(Attempt.bundle_id.in_(bundle_of))
        .order_by(Attempt.bundle_id, Attempt.number)
    ):
        tried[attempt.bundle_id] += [attempt.environment] if attempt.environment else []
    return {
        id: _distinct_rows(_bundle_environments(bundle, bundle_of, tried))
        for id, bundle in bundles.items()
    }


def _bundle_environments(
    bundle: Bundle, bundle_of: Mapping[UUID, Bundle], tried: Mapping[UUID, list[Json]]
) -> list[Json]:
    earlier = (
        _bundle_environments(bundle_of[bundle.parent_id], bundle_of, tried)
        if bundle.start and bundle.parent_id
        else []
    )
    return earlier + tried[bundle.id]


def _distinct_rows(rows: list[Json]) -> list[Json]:
    return [row for i, row in enumerate(rows) if row not in rows[:i]]
