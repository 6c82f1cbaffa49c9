"""The fleet: which workers were heard lately."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from service.store import workers

from .deps import JSON, Reader, offers
from .lists import Listing, whole_list
from .schemas.workers import WorkerPage, WorkerShape

router = APIRouter(prefix="/v1/workers", tags=["workers"], dependencies=[Depends(offers(JSON))])


Asked = Annotated[Listing, Depends(whole_list(WorkerShape, "id", "id", "seen_at", "started_at"))]


@router.get("", operation_id="list_workers", response_model=WorkerPage)
def get_workers(session: Reader, asked: Asked) -> Response:
    """The workers that were heard lately."""
    return asked.answer(WorkerPage, map(WorkerShape.of, workers.fleet_views(session)))
