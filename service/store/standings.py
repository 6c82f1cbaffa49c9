"""The runs of one benchmark as tuples: a board reads thousands, and objects cost more than the
query."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from . import boards
from .models import Benchmark, Bundle, Job, Json, Run, Summary, visible_state
from .series import CHUNKS, Series, join_chunks, select_chunks


class Stamp(NamedTuple):
    """Of a benchmark: equal stamps, equal runs, for every write adds an event to its job."""

    jobs: int
    events: int
    # when the newest job was submitted
    submitted: float


class Standing(NamedTuple):
    """A run, where it is and how it ended."""

    run_id: UUID
    job_id: UUID
    bundle_id: UUID
    cell_id: str
    seed: int
    setting: Json
    state: str
    reason: str | None
    step: int
    width: int


def read_standings(session: Session, benchmark_id: str) -> list[Standing]:
    """In no order."""
    step = func.coalesce(Run.step, Bundle.step)
    rows = session.execute(
        select(
            Run.id,
            Run.job_id,
            Run.bundle_id,
            Job.cell_id,
            Run.seed,
            Run.setting,
            visible_state,
            Run.reason,
            step,
            Bundle.width,
        )
        .join(Job, Run.job_id == Job.id)
        .join(Bundle, Run.bundle_id == Bundle.id)
        .where(Job.benchmark_id == benchmark_id)
    )
    return [Standing(*row) for row in rows]


def cell_estimators(session: Session, benchmark_id: str) -> dict[str, Json]:
    """The estimator's spec of each cell."""
    rows = session.execute(
        select(Job.cell_id, Job.spec["estimator"]).where(Job.benchmark_id == benchmark_id)
    )
    return {cell: estimator for cell, estimator in rows}


def benchmark_environments(session: Session, benchmark_id: str) -> dict[UUID, list[Json]]:
    """Where the programs of each bundle trained: see ``boards.bundle_environments``."""
    mine = select(Job.id).where(Job.benchmark_id == benchmark_id)
    return boards.bundle_environments(session, Bundle.job_id.in_(mine))


def last_points(
    session: Session, benchmark_id: str, names: Iterable[str]
) -> dict[UUID, dict[str, tuple[int, float]]]:
    """(step, value) of the last point of each series, by run; nan where it is not finite."""
    wanted = list(names)
    columns: list[ColumnElement[Any]] = []
    for name in wanted:
        this = Summary.name == name
        columns += [func.max(case((this, Summary.step))), func.max(case((this, Summary.value)))]
    rows = session.execute(
        select(Summary.run_id, *columns)
        .join(Run, Run.id == Summary.run_id)
        .join(Job, Job.id == Run.job_id)
        .where(Job.benchmark_id == benchmark_id, Summary.name.in_(wanted))
        .group_by(Summary.run_id)
    )
    return {row[0]: dict(_last_points(wanted, row[1:])) for row in rows}


def _last_points(names: list[str], cells: Iterable[Any]) -> Iterable[tuple[str, tuple[int, float]]]:
    pairs = iter(cells)
    for name, step, value in zip(names, pairs, pairs, strict=False):
        if step is not None:
            yield name, (step, np.nan if value is None else value)


def benchmark_series(
    session: Session, benchmark_id: str, names: Iterable[str]
) -> dict[UUID, dict[str, Series]]:
    """The series of these names, by run."""
    runs, jobs = Run.__table__, Job.__table__
    rows = session.execute(
        select_chunks()
        .join(runs, runs.c.id == CHUNKS.c.run_id)
        .join(jobs, jobs.c.id == runs.c.job_id)
        .where(jobs.c.benchmark_id == benchmark_id, CHUNKS.c.name.in_(list(names)))
    )
    return join_chunks(rows.all())


def benchmark_stamp(session: Session, benchmark_id: str) -> Stamp | None:
    """Of a benchmark; None of one without jobs."""
    return benchmark_stamps(session, Benchmark.id == benchmark_id).get(benchmark_id)


def benchmark_stamps(session: Session, *which: ColumnElement[bool]) -> dict[str, Stamp]:
    """Of the benchmarks that have jobs and meet a condition, the newest first."""
    rows = session.execute(
        select(Benchmark.id, func.count(), func.sum(Job.version), func.max(Job.created_at))
        .join(Job, Job.benchmark_id == Benchmark.id)
        .where(*which)
        .group_by(Benchmark.id)
        .order_by(Benchmark.created_at.desc(), Benchmark.id)
    )
    return {id: Stamp(int(jobs), int(events), newest) for id, jobs, events, newest in rows}
