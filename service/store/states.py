"""How the work behind runs may stand: bundles, attempts, and what a run row says while it lives.

What people see of a run, and why one ended, is in `estimators.specs.states`.  Columns hold the
values as text.
"""

from enum import StrEnum

# the state of a run that has not ended; it is then where its bundle is
LIVE = "live"


class BundleState(StrEnum):
    """Where a unit of work is."""

    # waits to be claimed
    QUEUED = "queued"
    # an attempt holds it, with a lease
    RUNNING = "running"
    # no run in it lives
    CLOSED = "closed"


class Ending(StrEnum):
    """How an attempt at a bundle ended."""

    # every lane came to its end
    DONE = "done"
    # given back on purpose: the worker stops, or cannot do its part
    RELEASED = "released"
    # nobody wants a lane of it any more
    CANCELLED = "cancelled"
    # fenced: another attempt holds the bundle, or it is closed; nothing is written
    OVER = "over"
    # its worker vanished, or somebody killed the process
    LOST = "lost"
    # the process died of itself
    CRASHED = "crashed"
    # the process stood still
    STALLED = "stalled"
    # the worker could not do its part: its disk, the artifact store, a data set
    UNABLE = "unable"
    # the program raised an exception
    ERROR = "error"
    # it did not fit into memory
    OOM = "oom"
    # it took longer than its job allows
    TIMEOUT = "timeout"


class EntryState(StrEnum):
    """Where an entry of a benchmark is."""

    # its tuning job tries every setting on the tuning seeds
    TUNING = "tuning"
    # its confirmation job trains the chosen setting on the seeds that decide
    CONFIRMING = "confirming"
    # every confirmation run came to a result: the board counts it
    RANKED = "ranked"
    # a run came to none, or no setting trains: listed, not ranked
    FAILED = "failed"
    # somebody took it back, or a second try came before its end: listed, not ranked
    WITHDRAWN = "withdrawn"


# an entry that has not ended
OPEN = (EntryState.TUNING, EntryState.CONFIRMING)
