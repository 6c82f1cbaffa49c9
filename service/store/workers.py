"""The fleet, as it last said of itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, delete, func, select
from sqlalchemy.orm import Session

from .base import database_time, insert_statement
from .models import Bundle, Worker
from .states import BundleState

# made once: every submission asks it
FLEET = select(Worker, database_time() - Worker.seen_at).order_by(Worker.id)


@dataclass(frozen=True)
class WorkerAbout:
    """What a worker process says of itself."""

    id: str  # node name and process id
    queues: list[str]
    hostname: str
    device_class: str
    version: str


@dataclass(frozen=True)
class WorkerView:
    """A worker, and how long ago it was heard, in seconds by the database's clock."""

    worker: Worker
    silent: float


def record_pulse(
    session: Session,
    about: WorkerAbout,
    bundle_id: UUID | None,
    trouble: str | None = None,
    missing_data: Sequence[str] | None = None,
) -> None:
    """A worker lives; what it trains, why it takes no work, if so, and the datasets whose files it
    lacks."""
    row = vars(about) | {
        "bundle_id": bundle_id,
        "trouble": trouble,
        "missing_data": missing_data,
        "started_at": database_time(),
        "seen_at": database_time(),
    }
    statement = insert_statement(session, Worker).values(row)
    again = {name: statement.excluded[name] for name in row if name not in ("id", "started_at")}
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=again))


def retire_worker(session: Session, worker_id: str) -> None:
    """A worker stops."""
    session.execute(delete(Worker).where(Worker.id == worker_id))


def delete_silent_workers(session: Session, seconds: float) -> None:
    """Workers that were not heard for so long are gone."""
    session.execute(delete(Worker).where(Worker.seen_at < database_time() - seconds))


def fleet_views(session: Session) -> Sequence[WorkerView]:
    rows = session.execute(FLEET)
    return [WorkerView(worker, max(0.0, silent)) for worker, silent in rows]


def overdue_seconds(session: Session) -> float:
    """For how many seconds the oldest lease has been out; 0 when none is.

    Dispatchers take such bundles back, so a large number says that none runs.
    """
    late = case(
        (Bundle.lease_until < database_time(), database_time() - Bundle.lease_until), else_=0.0
    )
    return (
        session.scalar(
            select(func.coalesce(func.max(late), 0.0)).where(Bundle.state == BundleState.RUNNING)
        )
        or 0.0
    )
