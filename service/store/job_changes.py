"""What people change of a job that is there: its labels, whether lists hold it, and its end."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from .base import database_time
from .entries import has_job
from .entry_models import Entry
from .jobs import Conflict, locked_bundles
from .models import Attempt, Bundle, Chunk, Event, Finding, Job, Key, Run, Summary
from .runs import record_events
from .states import LIVE


def lock_job_row(session: Session, job_id: UUID) -> Job | None:
    """A job as it is, which nobody else changes until this transaction ends; None where there is
    none any more."""
    return session.scalar(
        select(Job)
        .where(Job.id == job_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def change_labels(session: Session, job: Job, labels: Mapping[str, str | None]) -> None:
    """Adds labels, replaces those of the same names, and takes away those that are None.  The
    caller has locked the job, or two that change it at once would undo each other."""
    merged = {**job.labels, **labels}
    job.labels = {name: value for name, value in merged.items() if value is not None}
    session.flush()
    record_events(session, job.id, "changed", {"labels": job.labels})


def archive_job(session: Session, job: Job, archived: bool) -> None:
    """Lists hold it no more, or hold it again; saying it twice changes nothing."""
    if archived == (job.archived_at is not None):
        return
    job.archived_at = session.scalar(select(database_time())) if archived else None
    session.flush()
    record_events(session, job.id, "changed", {"archived": archived})


def old_jobs(session: Session, days: float, limit: int) -> list[UUID]:
    """Jobs of no entry whose every run ended longer ago, the oldest first."""
    before = database_time() - days * 86400.0
    young = or_(Run.state == LIVE, Run.ended_at > before)
    entries = select(Entry.id).where(has_job(Job.id))
    return list(
        session.scalars(
            select(Job.id)
            .where(Job.created_at < before, ~exists().where(Run.job_id == Job.id, young))
            .where(~entries.exists())
            .order_by(Job.id)
            .limit(limit)
        )
    )


def delete_job(session: Session, job_id: UUID) -> None:
    """A job that is no entry's, and all that it left but its files, which are swept later.

    Raises Conflict where one of its runs lives.
    """
    locked_bundles(session, Run.job_id == job_id)
    if session.scalar(select(exists().where(Run.job_id == job_id, Run.state == LIVE))):
        raise Conflict()
    runs = select(Run.id).where(Run.job_id == job_id)
    bundles = select(Bundle.id).where(Bundle.job_id == job_id)
    for table in (Chunk, Summary, Finding):
        session.execute(delete(table).where(table.run_id.in_(runs)))
    session.execute(delete(Run).where(Run.job_id == job_id))
    session.execute(delete(Attempt).where(Attempt.bundle_id.in_(bundles)))
    session.execute(update(Bundle).where(Bundle.parent_id.in_(bundles)).values(parent_id=None))
    for of_job in (Event, Key, Bundle):
        session.execute(delete(of_job).where(of_job.job_id == job_id))
    session.execute(update(Job).where(Job.parent_id == job_id).values(parent_id=None))
    session.execute(delete(Job).where(Job.id == job_id))
