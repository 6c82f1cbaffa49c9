"""The fleet."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from service.store import workers
from service.store.workers import WorkerView

from .deps import JSON, Reader, offers
from .schemas import moment

router = APIRouter(prefix="/v1/workers", tags=["workers"], dependencies=[Depends(offers(JSON))])


class WorkerShape(BaseModel):
    """A worker process, as it last said of itself."""

    id: str
    queues: list[str]
    hostname: str
    device_class: str
    version: str
    started_at: datetime
    seen_at: datetime
    silent: float = Field(description="seconds since it was heard")
    bundle: UUID | None = Field(description="what it trains")

    @classmethod
    def of(cls, view: WorkerView) -> "WorkerShape":
        names = ("id", "queues", "hostname", "device_class", "version")
        worker = view.worker
        return cls(
            **{name: getattr(worker, name) for name in names},
            started_at=moment(worker.started_at),
            seen_at=moment(worker.seen_at),
            silent=view.silent,
            bundle=worker.bundle_id,
        )


class Fleet(BaseModel):
    data: list[WorkerShape]


@router.get("", operation_id="list_workers")
def fleet(session: Reader) -> Fleet:
    """The workers that were heard lately."""
    return Fleet(data=[WorkerShape.of(view) for view in workers.fleet_views(session)])
