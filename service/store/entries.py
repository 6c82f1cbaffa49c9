"""Entries of registered benchmarks: enter, find what may go on, move it, end it.

An entry is locked before anything of its jobs.  Each verb is inside the caller's unit of work.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from .base import add_row, database_time, insert_statement
from .boards import bundle_environments
from .entry_models import BenchmarkProtocol, Candidate, Entry
from .models import Bundle, Job, Json, Run, Summary
from .states import LIVE, OPEN, EntryState

VALIDATION, TEST = "bound/validation", "bound/test"


class ProtocolChanged(Exception):
    """This name and version is registered already, and says something else."""


class RunEnd(NamedTuple):
    """A run of an entry's job, and where its bounds ended; null where they are not finite."""

    run_id: UUID
    seed: int
    setting: Json
    state: str
    reason: str | None
    validation: float | None
    test: float | None


def register_protocol(
    session: Session, id: str, name: str, version: int, digest: str, spec: Json, owner: str
) -> BenchmarkProtocol:
    """The row of a protocol, which is locked: entries of one benchmark are made one by one.

    Saying it twice changes nothing.  Raises ProtocolChanged where it says something else.
    """
    about = {"id": id, "name": name, "version": version, "digest": digest, "spec": spec}
    session.execute(
        insert_statement(session, BenchmarkProtocol)
        .values(owner=owner, **about)
        .on_conflict_do_nothing()
    )
    row = session.scalars(
        select(BenchmarkProtocol).where(BenchmarkProtocol.id == id).with_for_update()
    ).one()
    if row.digest != digest:
        raise ProtocolChanged()
    return row


def stored_protocols(session: Session) -> list[BenchmarkProtocol]:
    """Those that somebody registered or entered for, by name and version."""
    order = (BenchmarkProtocol.name, BenchmarkProtocol.version)
    return list(session.scalars(select(BenchmarkProtocol).order_by(*order)))


def is_current() -> ColumnElement[bool]:
    """Whether no later try supersedes an entry."""
    later = aliased(Entry)
    return ~exists().where(later.supersedes == Entry.id)


def current_entries(session: Session, protocol_id: str) -> list[Entry]:
    """The last try of every cell, in the order of their coming."""
    some = select(Entry).where(Entry.protocol_id == protocol_id, is_current()).order_by(Entry.id)
    return list(session.scalars(some))


def state_counts(session: Session) -> dict[str, dict[str, int]]:
    """How many current entries are in which state, by protocol; those that have none are left
    out."""
    counts: dict[str, dict[str, int]] = {}
    some = select(Entry.protocol_id, Entry.state, func.count()).where(is_current())
    rows = session.execute(some.group_by(Entry.protocol_id, Entry.state).order_by(Entry.state))
    for protocol_id, state, count in rows:
        counts.setdefault(protocol_id, {})[state] = count
    return counts


def entry_stamp(session: Session, protocol_id: str) -> tuple[tuple[UUID, str], ...]:
    """Every entry with its state: it changes with whatever changes who is ranked."""
    some = select(Entry.id, Entry.state).where(Entry.protocol_id == protocol_id)
    return tuple((id, state) for id, state in session.execute(some.order_by(Entry.id)))


def all_entries(session: Session, protocol_id: str) -> list[Entry]:
    """Superseded and withdrawn ones too, in the order of their coming."""
    return list(
        session.scalars(select(Entry).where(Entry.protocol_id == protocol_id).order_by(Entry.id))
    )


def has_job(job_id: UUID | InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether a job is one of an entry's."""
    tried = select(Candidate.entry_id).where(Candidate.tuning_job_id == job_id)
    return or_(
        Entry.tuning_job_id == job_id, Entry.confirmation_job_id == job_id, Entry.id.in_(tried)
    )


def entry_of_job(session: Session, job_id: UUID) -> Entry | None:
    """The entry whose job this is."""
    return session.scalar(select(Entry).where(has_job(job_id)))


def find_entry(session: Session, entry_id: UUID, lock: bool = False) -> Entry | None:
    """An entry; ``lock`` keeps others from moving it until the unit of work ends."""
    some = select(Entry).where(Entry.id == entry_id)
    return session.scalar(
        some.with_for_update().execution_options(populate_existing=True) if lock else some
    )


def add_entry(session: Session, entry: Entry) -> Entry:
    return add_row(session, entry)


def settled_entry(session: Session, passed: Sequence[UUID] = ()) -> Entry | None:
    """An open entry whose jobs have no live run any more, locked; None where there is none.

    Entries that somebody else moves now are passed over, and those in ``passed``.
    """
    job = case(
        (Entry.state == EntryState.TUNING, Entry.tuning_job_id), else_=Entry.confirmation_job_id
    )
    alive = exists().where(Run.job_id == job, Run.state == LIVE)
    tried = exists().where(
        Candidate.entry_id == Entry.id, Run.job_id == Candidate.tuning_job_id, Run.state == LIVE
    )
    ready = (
        select(Entry)
        .where(Entry.state.in_(OPEN), ~alive, ~tried, Entry.id.not_in(passed))
        .order_by(Entry.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalar(ready)


def run_ends(session: Session, job_id: UUID) -> list[RunEnd]:
    """All runs of a job, in order, with their last bounds."""
    bounds = [aliased(Summary) for _ in (VALIDATION, TEST)]
    some = select(Run.id, Run.seed, Run.setting, Run.state, Run.reason, *(b.value for b in bounds))
    for bound, name in zip(bounds, (VALIDATION, TEST), strict=True):
        some = some.outerjoin(bound, (bound.run_id == Run.id) & (bound.name == name))
    rows = session.execute(some.where(Run.job_id == job_id).order_by(Run.number))
    return [RunEnd._make(row) for row in rows]


class JobTreatment(NamedTuple):
    """How a job was asked to be treated."""

    labels: dict[str, str]
    priority: int
    time_limit: float | None


def job_treatment(session: Session, job_id: UUID) -> JobTreatment:
    """Of a job with a bundle, as all have."""
    about = select(Job.labels, Bundle.priority, Bundle.time_limit).where(Job.id == job_id)
    rows = session.execute(about.join(Bundle, Bundle.job_id == Job.id).limit(1))
    return JobTreatment._make(rows.one())


def job_environments(session: Session, job_id: UUID) -> dict[UUID, list[Json]]:
    """Where each run of a job trained: see ``boards.bundle_environments``."""
    environments = bundle_environments(session, Bundle.job_id == job_id)
    homes = session.execute(select(Run.id, Run.bundle_id).where(Run.job_id == job_id))
    return {run: environments[bundle] for run, bundle in homes}


def confirm_entry(
    session: Session, entry: Entry, estimator: Json, setting: Json, job_id: UUID
) -> None:
    """Tuning is done: the chosen estimator and setting, and the job that confirms them."""
    entry.estimator, entry.setting, entry.confirmation_job_id = estimator, setting, job_id
    entry.state = EntryState.CONFIRMING
    session.flush()


def end_entry(session: Session, entry: Entry, state: EntryState, reason: str | None = None) -> None:
    """The only place where an entry ends; failed and withdrawn ones say why."""
    now = session.scalar(select(database_time()))
    entry.state, entry.reason, entry.ended_at = state, reason, now
    session.flush()
