"""What probes find, piece by piece, as JSON: see `estimators.specs.probe`."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from .models import Finding, Json, Run


def keep(session: Session, runs: Mapping[int, Run], step: int, findings: Mapping[int, Json]) -> None:
    """Adds what was found up to a checkpoint, by lane."""
    session.add_all(Finding(run_id=runs[lane].id, step=step, data=data) for lane, data in findings.items())
    session.flush()


def read(session: Session, run_id: UUID) -> Sequence[Json]:
    """All pieces of a run, in order."""
    return session.scalars(select(Finding.data).where(Finding.run_id == run_id).order_by(Finding.step)).all()


def forget(session: Session, runs: list[UUID]) -> None:
    """What these runs found is void: they start from zero."""
    session.execute(delete(Finding).where(Finding.run_id.in_(runs)))
