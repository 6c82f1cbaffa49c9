"""Figures of the whole service for who watches it: each is one statement."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from .base import database_time
from .models import Attempt, Bundle, Job
from .states import BundleState


@dataclass(frozen=True)
class QueueFigures:
    """What waits in a queue: bundles, and seconds since the oldest was submitted or given back."""

    waiting: int
    oldest: float


def queue_figures(session: Session) -> dict[str, QueueFigures]:
    """By queue; queues in which nothing waits are left out."""
    back = select(func.max(Attempt.ended_at)).where(Attempt.bundle_id == Bundle.id)
    since = func.coalesce(back.scalar_subquery(), Job.created_at)
    rows = session.execute(
        select(Bundle.queue, func.count(), database_time() - func.min(since))
        .join(Job, Job.id == Bundle.job_id)
        .where(Bundle.state == BundleState.QUEUED)
        .group_by(Bundle.queue)
    )
    return {queue: QueueFigures(count, max(0.0, oldest)) for queue, count, oldest in rows}


def bundles_by_state(session: Session) -> dict[str, int]:
    rows = session.execute(select(Bundle.state, func.count()).group_by(Bundle.state))
    return dict.fromkeys(BundleState, 0) | {state: count for state, count in rows}


def attempts_by_ending(session: Session) -> dict[str, int]:
    """Attempts that have ended, ever."""
    rows = session.execute(
        select(Attempt.ending, func.count())
        .where(Attempt.ending.is_not(None))
        .group_by(Attempt.ending)
    )
    return {str(ending): count for ending, count in rows}


def steps_trained(session: Session) -> int:
    """Steps of all runs, as far as runners have told."""
    each = (Bundle.progress - Bundle.start) * cast(Bundle.width, BigInteger)
    return int(session.scalar(select(func.coalesce(func.sum(each), 0))) or 0)
