"""Workers, as they go out."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from service.store.workers import WorkerView

from .base import Answer, FieldPage, fields_of, moment


class WorkerShape(Answer):
    """A worker process, as it last said of itself."""

    id: str
    queues: list[str]
    hostname: str
    device_class: str
    version: str
    started_at: datetime
    seen_at: datetime = Field(description="when it was heard last")
    silent: float = Field(description="seconds since it was heard")
    bundle_id: UUID | None = Field(description="the runs that it trains")
    trouble: str | None = Field(description="why it takes no work now; null where it does")

    missing_data: list[str] | None = Field(
        description="datasets whose files are not on its machine; null where it did not say"
    )

    @classmethod
    def of(cls, view: WorkerView) -> "WorkerShape":
        worker = view.worker
        return cls(
            **fields_of(
                worker,
                "id",
                "queues",
                "hostname",
                "device_class",
                "version",
                "bundle_id",
                "trouble",
                "missing_data",
            ),
            started_at=moment(worker.started_at),
            seen_at=moment(worker.seen_at),
            silent=view.silent,
        )


class WorkerPage(FieldPage[WorkerShape]):
    """The workers that were heard lately."""
