"""Lists of jobs: which ones are asked for, and in which order they come."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    case,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from estimators.specs.states import State

from .job_views import LIVELIEST, JobView, job_views
from .models import Bundle, Job, Run, visible_state
from .states import LIVE, BundleState

# times go out to the microsecond: half of it may be missing of one that comes back
TELLING = 5e-7


def _jobs_with(table: type[Bundle] | type[Run], state: str) -> Select[UUID]:
    """Jobs that have a row in a state: as a literal, for indexes are of rows in one state each."""
    return select(table.job_id).where(table.state == literal(state, literal_execute=True))


OPEN_JOBS = tuple(_jobs_with(Bundle, state) for state in (BundleState.QUEUED, BundleState.RUNNING))
# Where a job of a state has to have a row in a state of its own.  To work out the state of every
# job there is takes seconds; one that succeeded is among most.
HOMES: dict[str, tuple[Select[UUID], ...]] = {
    **dict.fromkeys((State.QUEUED, State.RUNNING, State.CANCELLING), OPEN_JOBS),
    State.FAILED: (_jobs_with(Run, State.FAILED),),
    State.CANCELLED: (_jobs_with(Run, State.CANCELLED),),
}


@dataclass(frozen=True)
class JobQuery:
    """Which jobs are asked for.  Times are seconds since 1970; None or empty asks for all."""

    # columns of jobs, by name: kind, estimator, benchmark_id, cell_id, owner
    equal: Mapping[str, str] = field(default_factory=dict)
    # parts of the spec, by their names: model, dataset
    parts: Mapping[str, str] = field(default_factory=dict)
    states: Sequence[str] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    created_after: float | None = None
    created_before: float | None = None
    finished_after: float | None = None
    finished_before: float | None = None
    # those that were archived, in place of the others
    archived: bool = False
    oldest_first: bool = False


def select_jobs(
    session: Session, limit: int, cursor: UUID | None = None, query: JobQuery | None = None
) -> list[JobView]:
    """Jobs that follow ``cursor``, the newest first if nothing else is asked: ids ascend with
    time."""
    asked = query or JobQuery()
    which = list(_conditions(asked))
    if cursor:
        which.append(Job.id > cursor if asked.oldest_first else Job.id < cursor)
    order = Job.id.asc() if asked.oldest_first else Job.id.desc()
    return job_views(
        session, session.scalars(select(Job).where(*which).order_by(order).limit(limit)).all()
    )


def _conditions(query: JobQuery) -> Iterator[ColumnElement[bool]]:
    yield Job.archived_at.is_not(None) if query.archived else Job.archived_at.is_(None)
    for name, value in query.equal.items():
        yield getattr(Job, name) == value
    for part, value in query.parts.items():
        yield Job.spec[part]["name"].as_string() == value
    for name, value in query.labels.items():
        yield Job.labels[name].as_string() == value
    if query.states:
        yield _state_column().in_(query.states)
        if HOMES.keys() >= set(query.states):
            homes = dict.fromkeys(home for state in query.states for home in HOMES[state])
            yield Job.id.in_(union_all(*homes))
    yield from _moments(Job.created_at, query.created_after, query.created_before)
    if query.finished_after is not None or query.finished_before is not None:
        yield ~exists().where(Run.job_id == Job.id, Run.state == LIVE)
        yield from _moments(_end_column(), query.finished_after, query.finished_before)


def _moments(
    column: Any, after: float | None, before: float | None
) -> Iterator[ColumnElement[bool]]:
    """From one moment on, and before another."""
    if after is not None:
        yield column >= after - TELLING
    if before is not None:
        yield column < before - TELLING


def _end_column() -> ScalarSelect[float]:
    """When the last run of a job ended."""
    last = select(func.max(Run.ended_at)).where(Run.job_id == Job.id)
    return last.correlate(Job).scalar_subquery()


def _state_column() -> ScalarSelect[str]:
    """`job_state` in SQL."""
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
