"""How many runs of one owner may wait."""

from time import monotonic

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .models import Bundle
from .states import BundleState

# seconds for which a count serves: counting looks at everything that waits
FRESH = 1.0


class QuotaReached(Exception):
    """As many runs of this owner wait as may."""


class Quota:
    """Of one process, which finds it as ``session.info["quota"]``.  Between two counts it adds what
    it has let in itself."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.counts: dict[str, tuple[float, int]] = {}

    def admit(self, session: Session, owner: str, runs: int, unwritten: int = 0) -> None:
        """Lets so many more runs in; ``unwritten``: those that were let in before and that nobody
        can count yet.  Raises QuotaReached."""
        counted, waiting = self.counts.get(owner, (-FRESH, 0))
        if monotonic() - counted > FRESH or waiting + runs > self.most:
            counted, waiting = monotonic(), waiting_runs(session, owner) + unwritten
        if waiting + runs > self.most:
            raise QuotaReached()
        self.counts[owner] = (counted, waiting + runs)


def waiting_runs(session: Session, owner: str) -> int:
    """Of an owner, those that no worker holds; ended lanes of their bundles count with them."""
    mine = (Bundle.owner == owner, Bundle.state == BundleState.QUEUED)
    return session.scalar(select(func.coalesce(func.sum(Bundle.width), 0)).where(*mine)) or 0
