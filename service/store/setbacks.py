"""Attempts that came to nothing: how long their bundle waits, and when its runs are to blame.

A worker that vanished, a full disk or a killed process says nothing of a run.  Its own process
that dies again and again at the same step does.
"""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from estimators.specs.states import Reason

from .models import Attempt, Bundle
from .states import Ending

# deaths of its own process in a row, at one step, after which a run is set aside
CRASHES = 3
# the same where somebody killed it, which may be chance
KILLS = 6
# seconds
LONGEST_PAUSE = 60.0

# endings that are the runs' own
FINAL = {
    Ending.ERROR: Reason.ERROR,
    Ending.OOM: Reason.OOM,
    Ending.TIMEOUT: Reason.TIMEOUT,
}
# endings of a process that tell of the runs only when they come again, so often
SUSPECT = {
    Ending.LOST: (Reason.CRASHED, KILLS),
    Ending.CRASHED: (Reason.CRASHED, CRASHES),
    Ending.STALLED: (Reason.TIMEOUT, CRASHES),
}
# endings after which the bundle waits, each time longer
SETBACKS = {Ending.LOST, Ending.CRASHED, Ending.STALLED, Ending.UNABLE}


def count_setback(bundle: Bundle, ending: Ending, died_at: int | None) -> Reason | None:
    """Notes how an attempt ended; the reason to end its runs, or None where they go on.

    ``died_at`` is the step at which the attempt's own process died; None where it did not, or
    where nobody knows.
    """
    bundle.strikes += ending in SETBACKS
    if ending in FINAL:
        return FINAL[ending]
    if ending not in SUSPECT or died_at is None:
        return None
    again = bundle.crash_step == died_at
    bundle.crashes, bundle.crash_step = bundle.crashes + 1 if again else 1, died_at
    reason, limit = SUSPECT[ending]
    return reason if bundle.crashes >= limit else None


def setback_pause(strikes: int) -> float:
    """Seconds that a bundle waits after so many setbacks since its last checkpoint: none after the
    first, for another worker may do better at once."""
    return min(2.0 ** (strikes - 2), LONGEST_PAUSE) if strikes > 1 else 0.0


def spent_seconds(session: Session, bundle_id: UUID) -> float:
    """What the attempts at a bundle that have ended took, together."""
    lasted = func.sum(Attempt.ended_at - Attempt.started_at)
    return session.scalar(select(lasted).where(Attempt.bundle_id == bundle_id)) or 0.0
