"""What stands before a job that waits."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from .base import database_time
from .failures import last_words
from .models import Bundle, Job
from .states import BundleState


class QueuePlace(NamedTuple):
    """Where the first waiting bundle of a job stands."""

    queue: str
    # bundles that are claimed before it
    before: int
    # seconds until it may be claimed again, after attempts that came to nothing
    pause: float
    # what the last of these said
    why: str
    # what it trains on
    dataset: str


def job_place(session: Session, job_id: UUID) -> QueuePlace | None:
    """None where no bundle of the job waits."""
    waits = Bundle.state == BundleState.QUEUED
    pause = (Bundle.not_before - database_time()).label("pause")
    first = session.execute(
        select(Bundle.id, Bundle.queue, Bundle.priority, Bundle.turn, pause)
        .where(Bundle.job_id == job_id, waits)
        .order_by(Bundle.priority.desc(), Bundle.turn, Bundle.id)
        .limit(1)
    ).first()
    if first is None:
        return None
    same = Bundle.priority == first.priority
    earlier = or_(
        Bundle.priority > first.priority,
        and_(same, Bundle.turn < first.turn),
        and_(same, Bundle.turn == first.turn, Bundle.id < first.id),
    )
    before = session.scalar(select(func.count()).where(Bundle.queue == first.queue, waits, earlier))
    words = last_words(session, {first.id: job_id})
    pause_left = max(0.0, first.pause or 0.0)
    dataset = session.get_one(Job, job_id).spec["dataset"]["name"]
    return QueuePlace(first.queue, before or 0, pause_left, words.get(first.id, ""), dataset)
