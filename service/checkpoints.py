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
    return _run_checkpoint(value) is not None


def _run_checkpoint(value: Any) -> Checkpoint | None:
    if not isinstance(value, dict) or value.get("kind") != "probe":
        return None
    try:
        return Checkpoint.model_validate(value.get("parameters"))
    except ValidationError:
        return None


def fill_from_run(session: Session, value: Json, kept_checkpoints: Literal["last", "all"]) -> Json:
    """The same body with all that is the run's: its model, dataset, training and seed, and how far
    it was.

    Raises Malformed, Refused, Invalid.
    """
    asked = _run_checkpoint(value)
    assert asked
    trained = store.completed_run(session, asked.run)
    if trained is None or trained.job.kind != TRAIN:
        raise _parameters_refused(
            "run", f"There is no completed run {asked.run}.", "Name a run that is completed."
        )
    steps = sorted(trained.files) if kept_checkpoints == "all" else [trained.last]
    step = trained.last if asked.step is None else asked.step
    if step not in steps:
        raise _parameters_refused(
            "step", f"No checkpoint of step {step} is kept.", f"Kept: {', '.join(map(str, steps))}."
        )
    implied = _implied_fields(trained, step)
    whole = implied | value | {"parameters": {"run": str(asked.run), "step": step}}
    _check_implied(implied, value, parse_submission(whole).model_dump(mode="json"))
    return whole


def _parameters_refused(field: str, detail: str, fix: str) -> errors.Refused:
    return errors.Refused(detail, [Fault(detail, f"{AT}/{field}", fix=fix)])


def _implied_fields(trained: store.CompletedRun, step: int) -> Json:
    """What the run is, in a probe's words."""
    spec = trained.job.spec
    training = spec["training"] | {"learning_rate": trained.run.setting["learning_rate"]}
    momentum = (
        {"momentum": trained.run.setting["momentum"]} if "momentum" in trained.run.setting else {}
    )
    training |= {"optimizer": training["optimizer"] | momentum}
    same = {name: spec[name] for name in ("model", "dataset")}
    return same | {
        "trained_by": spec["estimator"],
        "training": training,
        "seed": trained.run.seed,
        "at": step,
    }


def _check_implied(implied: Json, value: Json, whole: Json) -> None:
    """Raises Refused where something was said that is not the run's."""
    faults = [
        Fault(f"{name} is not that of the run.", f"/{name}", fix="Leave it out.")
        for name in implied
        if name in value and whole[name] != implied[name]
    ]
    if faults:
        raise errors.Refused(f"{faults[0].pointer}: {faults[0].detail}", faults)
