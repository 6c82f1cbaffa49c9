"""What people see of jobs and runs: states, counts, progress, times, failures, events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from estimators.specs.states import Reason, State

from .failures import Failure, job_failures, last_words
from .models import Attempt, Bundle, Event, Job, Run, visible_state
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
    # steps of all runs: one with a result needs no more, one without stands where it stopped
    done: int
    total: int
    started_at: float | None = None  # when one of its bundles was claimed first
    finished_at: float | None = None  # when its last run ended; None while one lives
    failure: Failure | None = None

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
    started_at: float | None = None  # when its bundle was claimed first
    failure: Failure | None = None


_run_step = case((Run.state != LIVE, func.coalesce(Run.step, 0)), else_=Bundle.progress)


def job_views(session: Session, jobs: Sequence[Job]) -> list[JobView]:
    """Counts, progress, times and failures of some jobs."""
    ids = [job.id for job in jobs]
    rows = session.execute(_state_counts(ids)).all()
    of = {id: [row for row in rows if row.job_id == id] for id in ids}
    # a claim is an event, after that of the submission
    touched = [job.id for job in jobs if job.version > 1]
    started = _first_claims(session, Bundle.job_id, touched) if touched else {}
    failed = [id for id in ids if job_state(_counts(of[id])) == State.FAILED]
    failures = job_failures(session, failed)
    return [
        JobView(
            job,
            _counts(of[job.id]),
            sum(int(row.done) for row in of[job.id]),
            sum(row.number for row in of[job.id]) * job.steps,
            started.get(job.id),
            _last_end(of[job.id]),
            failures.get(job.id),
        )
        for job in jobs
    ]


def _state_counts(jobs: Sequence[UUID]) -> Select[UUID, str, int, int, float]:
    """Of the runs of each job in each state: how many, their steps, and when the last one ended."""
    steps = case(
        (Run.state == State.SUCCEEDED, Bundle.steps),
        (Run.state == LIVE, Bundle.progress),
        else_=func.coalesce(Run.step, 0),
    )
    return (
        select(
            Run.job_id,
            visible_state.label("state"),
            func.count().label("number"),
            func.sum(steps).label("done"),
            func.max(Run.ended_at).label("ended_at"),
        )
        .join(Bundle, Run.bundle_id == Bundle.id)
        .where(Run.job_id.in_(jobs))
        .group_by(Run.job_id, visible_state)
    )


def _counts(rows: Sequence[Any]) -> dict[str, int]:
    return {row.state: row.number for row in rows}


def _last_end(rows: Sequence[Any]) -> float | None:
    if any(row.state not in ENDED for row in rows):
        return None
    return float(max(row.ended_at for row in rows))


def _first_claims(session: Session, home: Any, ids: Sequence[UUID]) -> dict[UUID, float]:
    """When an attempt began first, by ``home``: the bundles' column that names what it was for."""
    rows = session.execute(
        select(home, func.min(Attempt.started_at))
        .join(Bundle, Attempt.bundle_id == Bundle.id)
        .where(home.in_(ids))
        .group_by(home)
    )
    return {id: began for id, began in rows}


def submitted_view(job: Job, runs: int) -> JobView:
    """A job of so many runs to which nothing has happened since it was submitted, as `job_view`
    gives it."""
    return JobView(job, {State.QUEUED: runs}, done=0, total=runs * job.steps)


def job_view(session: Session, job_id: UUID) -> JobView | None:
    job = session.get(Job, job_id)
    return job_views(session, [job])[0] if job else None


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
    homes = {row.Bundle.id: row.Run.job_id for row in rows}
    started = _first_claims(session, Bundle.id, list(homes))
    lost = {row.Bundle.id: row.Run.job_id for row in rows if row.Run.state == State.FAILED}
    words = last_words(session, lost)
    return [
        RunView(
            run,
            state,
            step,
            bundle,
            last.get(run.id, {}),
            started.get(bundle.id),
            run_failure(run, words),
        )
        for run, bundle, state, step in rows
    ]


def run_failure(run: Run, words: Mapping[UUID, str]) -> Failure | None:
    """Why a run failed, if it did; ``words``: the last ones of bundles."""
    if run.state != State.FAILED or run.reason is None:
        return None
    return Failure(Reason(run.reason), words.get(run.bundle_id, ""))


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
