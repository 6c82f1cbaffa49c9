"""Whether there is anything for a dispatcher to do: one cheap question, every second of a life."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from .entry_models import Entry
from .models import Bundle
from .states import OPEN, BundleState
from .webhook_models import Webhook

# built once: to build such a statement costs more than to ask it
_WORK = select(
    or_(
        # one by one: each state has an index of its own
        select(Bundle.id).where(Bundle.state == BundleState.QUEUED).exists(),
        select(Bundle.id).where(Bundle.state == BundleState.RUNNING).exists(),
        select(Entry.id).where(Entry.state.in_(OPEN)).exists(),
    )
)
_RECEIVERS = select(select(Webhook.id).exists())


def has_work(session: Session) -> bool:
    """Whether a bundle waits or runs, or an entry is on its way to its rank."""
    return bool(session.scalar(_WORK))


def has_receivers(session: Session) -> bool:
    """Whether anybody wants to be told of what ends."""
    return bool(session.scalar(_RECEIVERS))
