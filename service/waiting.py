"""Why a job waits, or will, in words."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from analysis.records.phrases import count_text

from .store.queues import QueuePlace, job_place
from .store.workers import WorkerView, fleet_views


def waiting_reason(session: Session, job_id: UUID) -> str | None:
    """None where nothing of the job waits."""
    position = job_place(session, job_id)
    return None if position is None else position_reason(session, position)


def position_reason(session: Session, position: QueuePlace) -> str:
    """What keeps it there, as the fleet is now."""
    return queue_reason(position, queue_workers(fleet_views(session), position.queue))


def submission_warnings(session: Session, queue: str, dataset: str) -> list[str]:
    """What would keep a job from training, as the fleet is now."""
    return fleet_warnings(fleet_views(session), queue, dataset)


def fleet_warnings(fleet: Sequence[WorkerView], queue: str, dataset: str) -> list[str]:
    """What would keep a job from training on a dataset with these workers."""
    reason = fleet_reason(queue, dataset, queue_workers(fleet, queue))
    return [reason] if reason else []


def queue_workers(fleet: Sequence[WorkerView], queue: str) -> list[WorkerView]:
    """Those that take work from a queue."""
    return [view for view in fleet if queue in view.worker.queues]


def fleet_reason(queue: str, dataset: str, serving: Sequence[WorkerView]) -> str | None:
    """Why none of the workers of a queue can train on a dataset; None where one may."""
    if not serving:
        return f"No worker serves the queue {queue}."
    if all(dataset in (view.worker.missing_data or ()) for view in serving):
        return (
            f"No worker of the queue {queue} has the files of {dataset}: on a machine of the "
            f"fleet, gradarena data fetch {dataset} fetches them or says where to put them."
        )
    return None


def queue_reason(position: QueuePlace, serving: Sequence[WorkerView]) -> str:
    """What keeps it, the strongest reason first; ``serving``: workers of its queue."""
    if reason := fleet_reason(position.queue, position.dataset, serving):
        return reason
    troubles = [view.worker.trouble for view in serving]
    if all(troubles):
        return f"No worker of the queue {position.queue} takes work now: {troubles[0]}"
    if position.pause > 0:
        words = f": {position.why}" if position.why else ""
        return f"Its last attempt came to nothing{words}; the next in {position.pause:.0f} s."
    if position.before:
        return f"{count_text(position.before, 'program')} before it in the queue {position.queue}."
    return f"It is next in the queue {position.queue}."
