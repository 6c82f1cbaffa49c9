"""Why a job waits, in words."""

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
    serving = [view for view in fleet_views(session) if position.queue in view.worker.queues]
    return queue_reason(position, serving)


def queue_reason(position: QueuePlace, serving: Sequence[WorkerView]) -> str:
    """What keeps it, the strongest reason first; ``serving``: workers of its queue."""
    if not serving:
        return f"No worker serves the queue {position.queue}."
    troubles = [view.worker.trouble for view in serving]
    if all(troubles):
        return f"No worker of the queue {position.queue} takes work now: {troubles[0]}"
    if position.pause > 0:
        words = f": {position.why}" if position.why else ""
        return f"Its last attempt came to nothing{words}; the next in {position.pause:.0f} s."
    if position.before:
        return f"{count_text(position.before, 'program')} before it in the queue {position.queue}."
    return f"It is next in the queue {position.queue}."
