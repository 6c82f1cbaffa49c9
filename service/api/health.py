"""Whether the service lives, and whether it can do its work."""

import logging
import shutil
from functools import cache
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service import errors, queue
from service.errors import Fault
from service.store import figures, schema, workers

from .deps import JSON, Reader, offers
from .problems import documented

router = APIRouter(prefix="/health", tags=["health"], dependencies=[Depends(offers(JSON))])
log = logging.getLogger(__name__)
OK = "ok"
PARTS = ("migrations", "leases", "broker", "workers", "queues", "disk")
# of a disk, below which checkpoints may soon find no place
LITTLE = 0.02


class Live(BaseModel):
    status: Literal["live"] = "live"


class Ready(BaseModel):
    """Every part is well; a broker that is away or a worker that rests costs time only."""

    status: Literal["ready", "degraded"]
    parts: dict[str, str] = Field(examples=[dict.fromkeys(PARTS, OK)])


@router.get("/live", operation_id="get_live")
def get_live() -> Live:
    """This process answers."""
    return Live()


@router.get("/ready", operation_id="get_ready", responses=documented(errors.NotReady))
def get_ready(request: Request, session: Reader) -> Ready:
    """Whether the database has the newest schema, lost leases are taken back, the broker answers
    and every worker takes work."""
    app = request.app.state
    needed = {
        "migrations": migration_state(app.engine),
        "leases": lease_state(session, 2 * app.settings.lease),
    }
    broken = [Fault(f"{name}: {state}") for name, state in needed.items() if state != OK]
    if broken:
        raise errors.NotReady("; ".join(fault.detail for fault in broken), broken)
    parts = {
        **needed,
        "broker": broker_state(),
        "workers": worker_state(session),
        "queues": queue_state(session),
        "disk": disk_state(app.settings.data),
    }
    well = set(parts.values()) == {OK}
    return Ready(status="ready" if well else "degraded", parts=parts)


def migration_state(engine: Engine) -> str:
    revision, newest = schema.current_revision(engine), newest_revision()
    if revision == newest:
        return OK
    return f"the database is at {revision} and this service wants {newest}"


@cache
def newest_revision() -> str | None:
    return schema.head_revision()


def lease_state(session: Session, patience: float) -> str:
    late = workers.overdue_seconds(session)
    return OK if late <= patience else f"one ran out {late:.0f} s ago; is there a dispatcher?"


def worker_state(session: Session) -> str:
    troubled = [view.worker for view in workers.fleet_views(session) if view.worker.trouble]
    return "; ".join(f"{worker.id} takes no work: {worker.trouble}" for worker in troubled) or OK


def queue_state(session: Session) -> str:
    """Work that nobody will take."""
    served = {name for view in workers.fleet_views(session) for name in view.worker.queues}
    waiting = figures.queue_figures(session)
    return (
        "; ".join(
            f"{one.waiting} bundles wait for {name}, which no worker serves"
            for name, one in sorted(waiting.items())
            if name not in served
        )
        or OK
    )


def disk_state(data: Path) -> str:
    if not data.exists():
        return OK
    usage = shutil.disk_usage(data)
    low = usage.free < LITTLE * usage.total
    return f"{usage.free / 2**30:.1f} GiB are left at {data}" if low else OK


def broker_state() -> str:
    try:
        queue.pending_bells("cpu")
    except Exception as error:
        log.warning("broker: %s", error)
        return "away; workers look for themselves"
    return OK
