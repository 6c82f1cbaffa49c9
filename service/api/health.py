"""Whether the service lives, and whether it can do its work."""

import logging
from functools import cache
from typing import Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service import errors, queue
from service.errors import Fault
from service.store import schema, workers

from .deps import JSON, Reader, offers
from .problems import documented

router = APIRouter(prefix="/health", tags=["health"], dependencies=[Depends(offers(JSON))])
log = logging.getLogger(__name__)
OK = "ok"


class Live(BaseModel):
    status: Literal["live"] = "live"


class Ready(BaseModel):
    """Every part is well; a broker that is away or a worker that rests costs time only."""

    status: Literal["ready", "degraded"]
    parts: dict[str, str] = Field(
        examples=[{"migrations": OK, "leases": OK, "broker": OK, "workers": OK}]
    )


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
    parts = {**needed, "broker": broker_state(), "workers": worker_state(session)}
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


def broker_state() -> str:
    try:
        queue.pending_bells("cpu")
    except Exception as error:
        log.warning("broker: %s", error)
        return "away; workers look for themselves"
    return OK
