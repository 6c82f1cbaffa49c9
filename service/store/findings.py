"""What probes find, piece by piece, as JSON: see `estimators.specs.findings`."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from estimators.specs.states import Reason

from .models import PROBE, Finding, Job, Json, Run


class Probed(NamedTuple):
    """A probe that has a report."""

    job_id: UUID
    spec_hash: str
    at: int  # steps of its trajectory


def save_findings(
    session: Session, runs: Mapping[int, Run], step: int, findings: Mapping[int, Json]
) -> None:
    """Adds what was found up to a checkpoint, by lane."""
    session.add_all(
        Finding(run_id=runs[lane].id, step=step, data=data) for lane, data in findings.items()
    )
    session.flush()


def read_findings(session: Session, run_id: UUID) -> Sequence[Json]:
    """All pieces of a run, in order."""
    return session.scalars(
        select(Finding.data).where(Finding.run_id == run_id).order_by(Finding.step)
    ).all()


def cut_findings(session: Session, runs: list[UUID], step: int) -> None:
    """What these runs found after a checkpoint at this step is void."""
    session.execute(delete(Finding).where(Finding.run_id.in_(runs), Finding.step > step))


def delete_findings(session: Session, runs: list[UUID]) -> None:
    """What these runs found is void: they start from zero."""
    session.execute(delete(Finding).where(Finding.run_id.in_(runs)))


def completed_probes(session: Session) -> list[Probed]:
    """In the order of submission."""
    rows = session.execute(
        select(Job.id, Job.spec_hash, Job.spec["at"].as_integer())
        .join(Run, Run.job_id == Job.id)
        .where(Job.kind == PROBE, Run.reason == Reason.COMPLETED)
        .order_by(Job.id)
    )
    return [Probed(*row) for row in rows]


def findings_stamp(session: Session) -> tuple[int, int]:
    """(probes, events): equal stamps, equal findings.  Every write adds an event to its job."""
    counts = session.execute(
        select(func.count(), func.coalesce(func.sum(Job.version), 0)).where(Job.kind == PROBE)
    ).one()
    return int(counts[0]), int(counts[1])
