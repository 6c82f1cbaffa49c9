"""The runs of one benchmark as tuples: a board reads thousands, and objects cost more than the
query."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from . import boards
from .models import Bundle, Job, Json, Run, Summary, visible_state
from .series import CHUNKS, Series, join_chunks, select_chunks


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
    """Where the programs of each bundle trained: see ``boards.environments``."""
    mine = select(Bundle).join(Job, Bundle.job_id == Job.id).where(Job.benchmark_id == benchmark_id)
    return boards.bundle_environments(
        session, {bundle.id: bundle for bundle in session.scalars(mine)}
    )


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


def benchmark_stamp(session: Session, benchmark_id: str) -> tuple[int, int]:
    """(jobs, events) of a benchmark: equal stamps, equal runs.  Every write adds an event to its
    job."""
    counts = session.execute(
        select(func.count(), func.coalesce(func.sum(Job.version), 0)).where(
            Job.benchmark_id == benchmark_id
        )
    ).one()
    return int(counts[0]), int(counts[1])
