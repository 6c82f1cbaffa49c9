"""Use cases: labels of a job, whether lists hold it, and its deletion, in the caller's unit of
work."""

from uuid import UUID

from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from estimators.specs.base import Spec

from .entries import find_entry, withdraw_entry
from .errors import Conflict, NotFound
from .jobs import check_owner, find_job
from .scopes import Identity
from .store import job_changes as store
from .store.entries import entry_of_job
from .store.job_views import ENDED, JobView
from .store.jobs import Conflict as RunsLive
from .store.states import EntryState
from .submission import Label, LabelName

DELETED = "its job was deleted"
LABELS = 16  # of a job, at most


class JobChange(Spec):
    """What is to be changed of a job; what is left out stays."""

    model_config = ConfigDict(
        title="JobChange", json_schema_extra={"examples": [{"labels": {"study": "depth"}}]}
    )

    labels: dict[LabelName, Label | None] = Field(
        {},
        max_length=LABELS,
        description="added, or replaced; null takes one away",
        json_schema_extra={"additionalProperties": False},
    )
    archived: bool | None = Field(None, description="whether lists leave it out")


def change_job(session: Session, asking: Identity, job_id: UUID, change: JobChange) -> JobView:
    """Raises NotFound, Forbidden where it is another's, Conflict where labels are too many."""
    check_owner(session, job_id, asking)
    if (job := store.lock_job_row(session, job_id)) is None:
        raise NotFound(f"There is no job {job_id} any more.")
    if change.labels:
        if len(job.labels | change.labels) > LABELS:
            raise Conflict(f"A job has {LABELS} labels at most.")
        store.change_labels(session, job, change.labels)
    if change.archived is not None:
        store.archive_job(session, job, change.archived)
    session.refresh(job)
    return find_job(session, job_id)


def delete_job(session: Session, asking: Identity, job_id: UUID) -> None:
    """A job with its runs and their series.

    The ledger of a benchmark keeps every run: an entry's job is archived in place, and the entry
    withdrawn with the reason.  Raises NotFound, Forbidden, and Conflict where a run of it lives.
    """
    view = _own_job(session, asking, job_id)
    if view.state not in ENDED:
        raise Conflict(f"The job is {view.state}: cancel it first.")
    entry = entry_of_job(session, job_id)
    if entry is not None:
        entry = find_entry(session, entry.id, lock=True)
        if entry.state != EntryState.WITHDRAWN:
            withdraw_entry(session, entry, DELETED)
        return store.archive_job(session, view.job, True)
    try:
        store.delete_job(session, job_id)
    except RunsLive:
        raise Conflict("Its runs train again; cancel it first.") from None


def _own_job(session: Session, asking: Identity, job_id: UUID) -> JobView:
    check_owner(session, job_id, asking)
    return find_job(session, job_id)
