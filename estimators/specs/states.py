"""What a run or a job does, and why a run ended, in the words of records, API and pages."""

from enum import StrEnum


class State(StrEnum):
    """What people see of a run; a job shows the liveliest of its runs."""

    # waits for a worker
    QUEUED = "queued"
    # a worker trains it
    RUNNING = "running"
    # trains, and was asked to stop
    CANCELLING = "cancelling"
    # came to a result, which is kept for ever
    SUCCEEDED = "succeeded"
    # ended without a result; a retry may bring one
    FAILED = "failed"
    # somebody stopped it; a retry goes on
    CANCELLED = "cancelled"


class Reason(StrEnum):
    """Why a run ended; it implies the state."""

    # trained all of its steps
    COMPLETED = "completed"
    # met a value that is not finite: a result too
    DIVERGED = "diverged"
    # somebody asked for it
    CANCELLED = "cancelled"
    # its program raised an exception
    ERROR = "error"
    # it did not fit into memory alone
    OOM = "oom"
    # it took longer than its job allows, or stood still again and again at the same step
    TIMEOUT = "timeout"
    # its process died again and again at the same step
    CRASHED = "crashed"
    # too many workers vanished under it: of older records, for now it would go on
    LOST = "lost"


# a result: no retry changes it
RESULTS = frozenset({Reason.COMPLETED, Reason.DIVERGED})


def ended_state(reason: Reason) -> State:
    """The state of a run that ended for this reason."""
    if reason in RESULTS:
        return State.SUCCEEDED
    return State.CANCELLED if reason == Reason.CANCELLED else State.FAILED
