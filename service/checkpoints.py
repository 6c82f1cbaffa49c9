"""Probes of the parameters of a run: what a submission takes from the run that it names."""

from typing import Any, Literal

from pydantic import ValidationError
from sqlalchemy.orm import Session

from . import errors
from .errors import Fault
from .store import checkpoints as store
from .store.models import TRAIN, Json
from .submission import Checkpoint, parse_submission

AT = "/parameters"


def names_run(value: Any) -> bool:
    """Whether a body is a probe of a run's parameters; faults of any other are the submission's to
    find."""
    return _named(value) is not None


def _named(value: Any) -> Checkpoint | None:
    if not isinstance(value, dict) or value.get("kind") != "probe":
        return None
    try:
        return Checkpoint.model_validate(value.get("parameters"))
    except ValidationError:
        return None


def fill_from_run(session: Session, value: Json, kept: Literal["last", "all"]) -> Json:
    """The same body with all that is the run's: its model, dataset, training and seed, and how far
    it was.

    Raises Malformed, Refused, Invalid.
    """
    asked = _named(value)
    assert asked
    found = store.completed_run(session, asked.run)
    if found is None or found.job.kind != TRAIN:
        raise _refused(
            "run", f"There is no completed run {asked.run}.", "Name a run that is completed."
        )
    steps = sorted(found.files) if kept == "all" else [found.last]
    step = found.last if asked.step is None else asked.step
    if step not in steps:
        raise _refused(
            "step", f"No checkpoint of step {step} is kept.", f"Kept: {', '.join(map(str, steps))}."
        )
    own = _own(found, step)
    whole = own | value | {"parameters": {"run": str(asked.run), "step": step}}
    _compare(own, value, parse_submission(whole).model_dump(mode="json"))
    return whole


def _refused(field: str, detail: str, fix: str) -> errors.Refused:
    return errors.Refused(detail, [Fault(detail, f"{AT}/{field}", fix=fix)])


def _own(found: store.CompletedRun, step: int) -> Json:
    """What the run is, in a probe's words."""
    spec = found.job.spec
    training = spec["training"] | {"learning_rate": found.run.setting["learning_rate"]}
    momentum = (
        {"momentum": found.run.setting["momentum"]} if "momentum" in found.run.setting else {}
    )
    training |= {"optimizer": training["optimizer"] | momentum}
    same = {name: spec[name] for name in ("model", "dataset")}
    return same | {
        "trained_by": spec["estimator"],
        "training": training,
        "seed": found.run.seed,
        "at": step,
    }


def _compare(own: Json, value: Json, whole: Json) -> None:
    """Raises Refused where something was said that is not the run's."""
    faults = [
        Fault(f"{name} is not that of the run.", f"/{name}", fix="Leave it out.")
        for name in own
        if name in value and whole[name] != own[name]
    ]
    if faults:
        raise errors.Refused(f"{faults[0].pointer}: {faults[0].detail}", faults)
