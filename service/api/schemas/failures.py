"""Why something failed, as it goes out."""

from pydantic import Field

from estimators.specs.states import Reason
from service.store.failures import Failure

from .base import Answer

# What each reason says by itself, and what helps.
REASONS: dict[Reason, tuple[str, str]] = {
    Reason.ERROR: (
        "Its program raised an exception.",
        "Change what the message names and submit it again; the worker's log has the whole "
        "traceback.",
    ),
    Reason.OOM: (
        "It did not fit into memory, not even alone.",
        "Take a smaller model, minibatch or number of samples, or a worker with more memory; then "
        "retry.",
    ),
    Reason.TIMEOUT: (
        "It took longer than its job allows, or stood still again and again.",
        "Submit it with a longer time_limit or fewer steps; a retry goes on from its checkpoint.",
    ),
    Reason.CRASHED: (
        "Its process died again and again at the same step.",
        "The worker's log may say why; a retry goes on from its checkpoint.",
    ),
    Reason.LOST: ("Too many workers vanished under it.", "Retry it."),
}


class FailureShape(Answer):
    """Why something failed, and what helps."""

    type: Reason
    message: str
    hint: str = Field(description="what helps")

    @classmethod
    def of(cls, failure: Failure | None) -> "FailureShape | None":
        if failure is None:
            return None
        message, hint = REASONS[failure.reason]
        return cls(type=failure.reason, message=failure.why or message, hint=hint)
