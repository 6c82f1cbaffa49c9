"""The validation bounds that a protocol's reach boards ask for, from its reference estimator.

    python -m benchmarks.reach_targets FILE ... [--write] [--reference NAME] [--until STEPS]
        [--device cuda]

The reference is tuned as every entry is: each rate on each tuning seed; seeds of confirmation are
never looked at.  The targets are where it stands in the mean, at the rate that tuning chooses,
after a quarter, half and all of its steps, rounded up to a tenth; where that rises again, the least
so far.  A reach board asks for the middle one.

``--until`` is for protocols that take an evening: the reference stops after so many steps, of which
the shares are, and is evaluated on the first 1,000 images of each part.  The protocol says so.

On a GPU the references of several files train side by side.  Run it before anything is entered: a
protocol never changes under its version.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from math import ceil
from pathlib import Path

import torch

from analysis.ledger.tuning import Trial, chosen_trial
from analysis.records.labels import estimator_label
from estimators.devices import HOST, claim_device
from estimators.events import Metrics, run_experiment
from estimators.experiment import Program, Series
from estimators.specs import ESTIMATORS
from estimators.specs.base import Estimator
from estimators.specs.experiment import Experiment
from estimators.specs.protocols import Protocol, Reach
from estimators.specs.score_function import ReinforceLOO
from estimators.training.suites import pauses, train_abreast
from estimators.training.train import Member

REFERENCE = ReinforceLOO(draws=4)
SHARES = (0.25, 0.5, 1.0)
FEW_EXAMPLES = 1_000
Readings = dict[int, dict[int, float]]  # by run and step: the validation bound


def validation_bounds(experiment: Experiment) -> Readings:
    """Of every run, on the host."""
    bounds: Readings = {}

    def note(event: object) -> None:
        if isinstance(event, Metrics):
            add_bounds(bounds, {event.run: event.series})

    run_experiment(experiment, note)
    return bounds


def add_bounds(bounds: Readings, all_series: Mapping[int, Mapping[str, Series]]) -> None:
    """What runs have shown on validation since."""
    for run, series in all_series.items():
        if points := series.get("bound/validation"):
            pairs = zip(points.steps.tolist(), points.values.tolist(), strict=True)
            bounds.setdefault(run, {}).update(pairs)


def bounds_abreast(experiments: Sequence[Experiment], device: torch.device) -> list[Readings]:
    """Of each experiment, whose runs train in one program, the programs side by side."""
    readings: list[Readings] = [{} for _ in experiments]
    pairs = zip(experiments, readings, strict=True)
    train_abreast([program_bounds(spec, bounds, device) for spec, bounds in pairs], device)
    return readings


def program_bounds(spec: Experiment, bounds: Readings, device: torch.device) -> Iterator[None]:
    program = whole_program(spec, device)
    for step in pauses(program):
        add_bounds(bounds, program.run_to(step).series)
        yield


def whole_program(spec: Experiment, device: torch.device = HOST) -> Program:
    """All runs of an experiment in one."""
    members = {lane: Member(*run) for lane, run in enumerate(spec.runs)}
    return Program(spec, members, len(members), device=device)


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
    bounds: Readings = {}
    add_bounds(bounds, whole_program(spec).run_to(until).series)
    return bounds


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


def write_reach(file: Path, reach: Reach) -> None:
    about = json.loads(file.read_text()) | {"reach": reach.model_dump(mode="json")}
    file.write_text(json.dumps(about, indent=1) + "\n")


def all_bounds(
    experiments: Sequence[Experiment], until: int | None, device: torch.device
) -> Iterable[Readings]:
    """Of each experiment; of those that stop early, on the host."""
    if until:
        return (early_bounds(experiment, until) for experiment in experiments)
    if device == HOST:
        return map(validation_bounds, experiments)
    return bounds_abreast(experiments, device)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--write", action="store_true", help="into the files")
    parser.add_argument("--reference", choices=ESTIMATORS, help="at its defaults")
    parser.add_argument("--until", type=int, help="the step at which the reference stops")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    device = claim_device(asked.device)
    protocols = [Protocol.model_validate_json(file.read_text()) for file in asked.files]
    reference = ESTIMATORS[asked.reference].model_validate({}) if asked.reference else REFERENCE
    experiments = [protocol.tuning_experiment(reference) for protocol in protocols]
    every = zip(asked.files, protocols, all_bounds(experiments, asked.until, device), strict=True)
    for file, protocol, bounds in every:
        reach = reach_of(protocol, bounds, reference, asked.until)
        print(file.stem, reach.model_dump_json(), flush=True)
        if asked.write:
            write_reach(file, reach)


if __name__ == "__main__":
    main()
