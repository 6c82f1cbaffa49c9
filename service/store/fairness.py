"""Long work gives way: what waits for others comes in between, at equal priority.

A bundle that gives way goes behind them, by the clock of turns that counts lane-steps.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from .bundles import lock_bundle, may_start, trains_without
from .models import Attempt, Bundle
from .states import BundleState


def others_wait(session: Session, bundle_id: UUID, missing_data: Collection[str] = ()) -> bool:
    """Whether another owner's work waits for this bundle's worker: it is of no lesser priority, and
    of all bundles that run in the queue, this one has been held the longest.  Work on data that the
    worker lacks does not wait for it."""
    mine, other, held = aliased(Bundle), aliased(Bundle), aliased(Bundle)
    waiting = session.execute(
        select(other.owner, other.priority, mine.queue)
        .join(mine, mine.queue == other.queue)
        .where(mine.id == bundle_id, other.state == BundleState.QUEUED, may_start(other))
        .where(other.owner != mine.owner, other.priority >= mine.priority)
        .where(trains_without(other, missing_data))
        .limit(1)
    ).first()
    if waiting is None:
        return False
    owner, priority, queue = waiting
    longest = session.scalar(
        select(held.id)
        .join(Attempt, (Attempt.bundle_id == held.id) & (Attempt.number == held.attempt))
        .where(held.state == BundleState.RUNNING, held.queue == queue)
        .where(held.owner != owner, held.priority <= priority)
        .order_by(Attempt.started_at, held.id)
        .limit(1)
    )
    return longest == bundle_id


def give_way(session: Session, bundle_id: UUID, attempt: int) -> None:
    """The bundle's next turn is after those that wait now; then its attempt may end as released.

    Raises Fenced.
    """
    bundle = lock_bundle(session, bundle_id, attempt)
    last = session.scalar(
        select(func.max(Bundle.turn)).where(
            Bundle.queue == bundle.queue,
            Bundle.priority == bundle.priority,
            Bundle.state == BundleState.QUEUED,
            Bundle.owner != bundle.owner,
        )
    )
    bundle.turn = max(bundle.turn, (last or 0) + 1)
