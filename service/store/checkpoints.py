"""Checkpoints of runs: which files hold them."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from estimators.specs.states import Reason

from .models import Bundle, Event, Job, Json, Run


def checkpoint_stem(bundle: UUID | str, attempt: int, step: int) -> str:
    """How the name of a checkpoint in the artifact store begins: no two writers share one."""
    return f"{bundle}/{attempt}/{step}"


def _event_file(data: Json) -> str:
    """The file that an event of a checkpoint names; older events do not."""
    stem = checkpoint_stem(data["bundle"], data["attempt"], data["step"])
    return str(data.get("file") or f"{stem}.safetensors")


@dataclass(frozen=True)
class CompletedRun:
    """A run, and the files of its program's checkpoints by step; its own part of one is
    its lane."""

    job: Job
    run: Run
    last: int  # the step of the checkpoint that is always kept
    files: dict[int, str]


def completed_run(session: Session, run_id: UUID) -> CompletedRun | None:
    """A run that is completed: in the lanes of any other may be anything.  Those of the attempts
    that wrote them, where all are kept."""
    if (run := session.get(Run, run_id)) is None or run.reason != Reason.COMPLETED:
        return None
    bundle, job = session.get_one(Bundle, run.bundle_id), session.get_one(Job, run.job_id)
    mine = {str(one.id) for one in _ancestors(session, bundle)}
    written = session.scalars(
        select(Event.data)
        .where(Event.job_id == job.id, Event.type == "checkpoint")
        .order_by(Event.number)
    )
    files = {data["step"]: _event_file(data) for data in written if data["bundle"] in mine}
    last = {bundle.step: bundle.checkpoint} if bundle.checkpoint else {}
    return CompletedRun(job, run, bundle.step, files | last)


def _ancestors(session: Session, bundle: Bundle) -> Iterator[Bundle]:
    """A bundle and those that it went on from."""
    yield bundle
    while bundle.start and bundle.parent_id:
        bundle = session.get_one(Bundle, bundle.parent_id)
        yield bundle
