"""The fleet: which workers were heard lately."""

from fastapi import APIRouter, Depends

from service.store import workers

from .deps import JSON, Reader, offers
from .schemas.workers import WorkerPage, WorkerShape

router = APIRouter(prefix="/v1/workers", tags=["workers"], dependencies=[Depends(offers(JSON))])


@router.get("", operation_id="list_workers")
def get_workers(session: Reader) -> WorkerPage:
    """The workers that were heard lately."""
    return WorkerPage(data=[WorkerShape.of(view) for view in workers.fleet_views(session)])
