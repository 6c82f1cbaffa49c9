"""Benchmarks, how much was run on each, and where: `standings` has the runs themselves."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
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


def benchmark_views(session: Session, benchmarks: Collection[str]) -> list[BenchmarkView]:
    """Those of these benchmarks that have runs."""
    runs = (
        select(
            Run.job_id,
            func.count().label("runs"),
            func.count(case((Run.state == State.SUCCEEDED, 1))).label("succeeded"),
        )
        .join(Job, Job.id == Run.job_id)
        .where(Job.benchmark_id.in_(benchmarks))
        .group_by(Run.job_id)
        .subquery()
    )
    counts = (func.count(), func.count(Job.cell_id.distinct()))
    sums = (func.sum(runs.c.runs), func.sum(runs.c.succeeded))
    rows = session.execute(
        select(Benchmark, *counts, *sums)
        .join(Job, Job.benchmark_id == Benchmark.id)
        .join(runs, runs.c.job_id == Job.id)
        .group_by(Benchmark.id)
    )
    return [BenchmarkView(benchmark, *map(int, numbers)) for benchmark, *numbers in rows]


def find_benchmark(session: Session, benchmark_id: str) -> Benchmark | None:
    return session.get(Benchmark, benchmark_id)


class Origin(NamedTuple):
    """What a bundle went on from: a step of another, where that is above zero."""

    parent_id: UUID | None
    start: int

    @property
    def earlier(self) -> UUID | None:
        return self.parent_id if self.start else None


def bundle_environments(session: Session, *which: ColumnElement[bool]) -> dict[UUID, list[Json]]:
    """Where the programs of the bundles that meet a condition trained, bundles that they went on
    from included."""
    asked = _bundle_origins(session, *which)
    origins, missing = dict(asked), asked
    while earlier := {
        one.earlier for one in missing.values() if one.earlier and one.earlier not in origins
    }:
        missing = _bundle_origins(session, Bundle.id.in_(earlier))
        origins |= missing
    tried: dict[UUID, list[Json]] = {id: [] for id in origins}
    for id, environment in session.execute(
        select(Attempt.bundle_id, Attempt.environment)
        .where(Attempt.bundle_id.in_(origins))
        .order_by(Attempt.bundle_id, Attempt.number)
    ):
        tried[id] += [environment] if environment else []
    return {id: _distinct_rows(_earlier_environments(id, origins, tried)) for id in asked}


def _bundle_origins(session: Session, *which: ColumnElement[bool]) -> dict[UUID, Origin]:
    rows = session.execute(select(Bundle.id, Bundle.parent_id, Bundle.start).where(*which))
    return {id: Origin(parent, start) for id, parent, start in rows}


def _earlier_environments(
    id: UUID, origins: Mapping[UUID, Origin], tried: Mapping[UUID, list[Json]]
) -> list[Json]:
    earlier = origins[id].earlier
    return (_earlier_environments(earlier, origins, tried) if earlier else []) + tried[id]


def _distinct_rows(rows: list[Json]) -> list[Json]:
    return [row for i, row in enumerate(rows) if row not in rows[:i]]
