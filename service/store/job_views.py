"""What people see of jobs and runs: states, counts, progress, pages, events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, case, func, select
from sqlalchemy.orm import Session

from estimators.specs.states import State

from .models import Bundle, Event, Job, Run, visible_state
from .series import last_values
from .states import LIVE

# what a job shows first
LIVELIEST = (
    State.RUNNING,
    State.CANCELLING,
    State.QUEUED,
    State.FAILED,
    State.CANCELLED,
    State.SUCCEEDED,
)
ENDED = (State.SUCCEEDED, State.FAILED, State.CANCELLED)


def job_state(counts: Mapping[str, int]) -> str:
    """A job's state: what its liveliest run does, or else the worst that became of one."""
    return next(state for state in LIVELIEST if counts.get(state))


@dataclass(frozen=True)
class JobView:
    """A job and how far it is."""

    job: Job
    counts: Mapping[str, int]  # of runs, by the state that people see
    done: int  # steps of all runs; a run that has ended needs no more
    total: int

    @property
    def state(self) -> str:
        return job_state(self.counts)


@dataclass(frozen=True)
class RunView:
    """A run as people see it."""

    run: Run
    state: str
    step: int
    bundle: Bundle
    summaries: Mapping[str, float | None]  # the last value of every metric


_run_step = case((Run.state != LIVE, func.coalesce(Run.step, 0)), else_=Bundle.progress)


def job_views(session: Session, jobs: Sequence[Job]) -> list[JobView]:
    """Counts and progress of some jobs."""
    steps = case((Run.state != LIVE, Bundle.steps), else_=Bundle.progress)
    rows = session.execute(
        select(
            Run.job_id,
            visible_state.label("state"),
            func.count().label("number"),
            func.sum(steps).label("done"),
        )
        .join(Bundle, Run.bundle_id == Bundle.id)
        .where(Run.job_id.in_([job.id for job in jobs]))
        .group_by(Run.job_id, visible_state)
    ).all()
    of = {job.id: [row for row in rows if row.job_id == job.id] for job in jobs}
    return [
        JobView(
            job,
            {row.state: row.number for row in of[job.id]},
            sum(int(row.done) for row in of[job.id]),
            sum(row.number for row in of[job.id]) * job.steps,
        )
        for job in jobs
    ]


def job_view(session: Session, job_id: UUID) -> JobView | None:
    job = session.get(Job, job_id)
    return job_views(session, [job])[0] if job else None


def job_page(
    session: Session, limit: int, before: UUID | None = None, state: str | None = None, **equal: str
) -> list[JobView]:
    """The newest jobs, older than `before`: ids ascend with time.

    `equal` names columns of jobs: estimator, benchmark_id, cell_id, owner.
    """
    which: list[ColumnElement[bool]] = [
        getattr(Job, name) == value for name, value in equal.items()
    ]
    if before:
        which.append(Job.id < before)
    if state:
        which.append(_job_state_column() == state)
    return job_views(
        session,
        session.scalars(select(Job).where(*which).order_by(Job.id.desc()).limit(limit)).all(),
    )


def _job_state_column() -> ScalarSelect[str]:
    """`state_of` in SQL."""
    state: Any = case(
        *((func.count(case((visible_state == state, 1))) > 0, state) for state in LIVELIEST[:-1]),
        else_=LIVELIEST[-1],
    )
    return (
        select(state)
        .select_from(Run)
        .join(Bundle, Run.bundle_id == Bundle.id)
        .where(Run.job_id == Job.id)
        .correlate(Job)
        .scalar_subquery()
    )


def run_views(
    session: Session, *which: ColumnElement[bool], after: int = -1, limit: int | None = None
) -> list[RunView]:
    """Runs in the order of their numbers, those numbered above `after`: `runs(session, Run.job_id
    == id)`."""
    rows = session.execute(
        select(Run, Bundle, visible_state, _run_step)
        .join(Bundle, Run.bundle_id == Bundle.id)
        .where(*which, Run.number > after)
        .order_by(Run.job_id, Run.number)
        .limit(limit)
    ).all()
    last = last_values(session, [row.Run.id for row in rows])
    return [
        RunView(run, state, step, bundle, last.get(run.id, {})) for run, bundle, state, step in rows
    ]


def job_events(
    session: Session, job_id: UUID, after: int = 0, limit: int = 1000
) -> Sequence[Event]:
    """What happened to a job since its event number `after`."""
    return session.scalars(
        select(Event)
        .where(Event.job_id == job_id, Event.number > after)
        .order_by(Event.number)
        .limit(limit)
    ).all()
