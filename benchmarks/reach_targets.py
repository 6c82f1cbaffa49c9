"""The validation bounds that a protocol's reach boards ask for, from its reference estimator.

    python -m benchmarks.reach_targets FILE [--write] [--reference NAME] [--until STEPS]

The reference is tuned as every entry is: each rate on each tuning seed; seeds of confirmation are
never looked at.  The targets are where it stands in the mean, at the rate that tuning chooses,
after a quarter, half and all of its steps, rounded up to a tenth; where that rises again, the least
so far.  A reach board asks for the middle one.

``--until`` is for protocols that take an evening: the reference stops after so many steps, of which
the shares are, and is evaluated on the first 1,000 images of each part.  The protocol says so.

Run it before anything is entered: a protocol never changes under its version.
"""

import argparse
import json
from itertools import accumulate
from math import ceil
from pathlib import Path

import torch

from analysis.ledger.tuning import Trial, chosen_trial
from analysis.records.labels import estimator_label
from estimators.events import Metrics, run_experiment
from estimators.experiment import Program
from estimators.specs import ESTIMATORS
from estimators.specs.base import Estimator
from estimators.specs.experiment import Experiment
from estimators.specs.protocols import Protocol, Reach
from estimators.specs.score_function import ReinforceLOO
from estimators.training.train import Member

REFERENCE = ReinforceLOO(draws=4)
SHARES = (0.25, 0.5, 1.0)
FEW_EXAMPLES = 1_000
Readings = dict[int, dict[int, float]]  # by run and step: the validation bound


def validation_bounds(experiment: Experiment) -> Readings:
    """Of every run."""
    bounds: Readings = {}

    def note(event: object) -> None:
        if isinstance(event, Metrics) and (series := event.series.get("bound/validation")):
            points = zip(series.steps.tolist(), series.values.tolist(), strict=True)
            bounds.setdefault(event.run, {}).update(points)

    run_experiment(experiment, note)
    return bounds


def early_bounds(experiment: Experiment, until: int) -> Readings:
    """Of every run, trained until a step before its last, on the first examples of each part."""
    every = round(until * min(SHARES))
    few = {"every": every, "interim_examples": FEW_EXAMPLES}
    spec = experiment.model_copy(
        update={
            "training": experiment.training.model_copy(update={"checkpoint_every": every}),
            "evaluation": experiment.evaluation.model_copy(update=few),
        }
    )
    members = {lane: Member(*run) for lane, run in enumerate(spec.runs)}
    segment = Program(spec, members, len(members)).run_to(until)
    bounds = {lane: series["bound/validation"] for lane, series in segment.series.items()}
    return {
        lane: dict(zip(one.steps.tolist(), one.values.tolist(), strict=True))
        for lane, one in bounds.items()
    }


def reach_of(
    protocol: Protocol,
    bounds: Readings,
    reference: Estimator = REFERENCE,
    until: int | None = None,
) -> Reach:
    """Raises ValueError where no rate trains, KeyError where nothing was evaluated at a share."""
    steps = protocol.budgets.steps
    runs, last = protocol.tuning_experiment(reference).runs, until or steps
    ends = [Trial(setting, seed, bounds[i][last]) for i, (seed, setting) in enumerate(runs)]
    choice = chosen_trial(ends)
    if choice is None:
        raise ValueError("the reference diverged at every rate")
    best = choice.setting
    mine = [bounds[i] for i, (_, setting) in enumerate(runs) if setting == best]
    shares = [round(share * last) for share in SHARES]
    means = [rounded_up(sum(one[step] for one in mine) / len(mine)) for step in shares]
    targets = accumulate(means, min)
    return Reach(
        reference=reference,
        learning_rate=best["learning_rate"],
        target=min(means[:2]),
        targets=tuple(dict.fromkeys(targets)),
        source=_early_source(reference, shares, steps) if until else "",
    )


def _early_source(reference: Estimator, shares: list[int], steps: int) -> str:
    early = ", ".join(f"{step:,}" for step in shares[:-1])
    return (
        f"where {estimator_label(reference.model_dump(mode='json'))} stands after {early} and "
        f"{shares[-1]:,} of {steps:,} steps, in the mean of its tuning seeds, on the first "
        f"{FEW_EXAMPLES:,} validation images"
    )


def rounded_up(value: float) -> float:
    return ceil(round(value * 10, 6)) / 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--write", action="store_true", help="into the file")
    parser.add_argument("--reference", choices=ESTIMATORS, help="at its defaults")
    parser.add_argument("--until", type=int, help="the step at which the reference stops")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    about = json.loads(asked.file.read_text())
    protocol = Protocol.model_validate(about)
    reference = ESTIMATORS[asked.reference].model_validate({}) if asked.reference else REFERENCE
    experiment = protocol.tuning_experiment(reference)
    bounds = early_bounds(experiment, asked.until) if asked.until else validation_bounds(experiment)
    reach = reach_of(protocol, bounds, reference, asked.until).model_dump(mode="json")
    print(json.dumps(reach))
    if asked.write:
        asked.file.write_text(json.dumps(about | {"reach": reach}, indent=1) + "\n")


if __name__ == "__main__":
    main()
