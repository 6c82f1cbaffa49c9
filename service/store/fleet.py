"""How the service is: leases that nobody took back."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .base import now
from .models import RUNNING, Bundle


def overdue(session: Session) -> float:
    """Seconds since the oldest lease ran out; 0 while all of them last."""
    oldest = session.scalar(select(now() - func.min(Bundle.lease_until)).where(Bundle.state == RUNNING))
    return max(0.0, oldest or 0.0)
