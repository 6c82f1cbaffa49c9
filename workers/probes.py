"""Probes as programs of the runner, and the parameters that they may take from a run."""

from uuid import UUID

import torch
from sqlalchemy.orm import Session

from estimators.devices import HOST
from estimators.measuring.program import ProbeProgram
from estimators.specs.probe import Probe
from service.store import checkpoints
from service.store.models import Json, Run

from .artifacts import State


def probe_program(
    spec: Json, runs: dict[int, Run], width: int, state: State | None, device: torch.device = HOST
) -> ProbeProgram:
    """The program of a bundle's only run, on a device."""
    fields = {name: value for name, value in spec.items() if name in Probe.model_fields}
    return ProbeProgram(Probe.model_validate(fields), state, device)


def initial_parameters(session: Session, spec: Json) -> tuple[str, int] | None:
    """The file and the lane of the parameters that a spec names; None where it names none.

    Raises LookupError where the run has no such checkpoint.
    """
    if not (wanted := spec.get("parameters")):
        return None
    trained = checkpoints.completed_run(session, UUID(wanted["run"]))
    if trained is None or wanted["step"] not in trained.files:
        raise LookupError(f"Run {wanted['run']} has no checkpoint of step {wanted['step']}.")
    return trained.files[wanted["step"]], trained.run.lane
