"""The validation bounds that a protocol's reach boards ask for, from its reference estimator.

    python -m benchmarks.reach_targets FILE [--write]

The reference is tuned as every entry is: each rate on each tuning seed; seeds of confirmation are
never looked at.  The targets are where it stands in the mean, at the rate that tuning chooses,
after a quarter, half and all of its steps, rounded up to a tenth; where that rises again, the least
so far.  A reach board asks for the middle one.
Run it before anything is entered: a protocol never changes under its version.
"""

import argparse
import json
from itertools import accumulate
from math import ceil
from pathlib import Path

import torch

from analysis.ledger.tuning import Trial, chosen_trial
from estimators.experiment import Metrics, run_experiment
from estimators.specs.protocols import Protocol, Reach
from estimators.specs.score_function import ReinforceLOO

REFERENCE = ReinforceLOO(draws=4)
SHARES = (0.25, 0.5, 1.0)
Readings = dict[int, dict[int, float]]  # by run and step: the validation bound


def validation_bounds(protocol: Protocol) -> Readings:
    """Of every tuning run of the reference."""
    bounds: Readings = {}

    def note(event: object) -> None:
        if isinstance(event, Metrics) and (series := event.series.get("bound/validation")):
            points = zip(series.steps.tolist(), series.values.tolist(), strict=True)
            bounds.setdefault(event.run, {}).update(points)

    run_experiment(protocol.tuning_experiment(REFERENCE), note)
    return bounds


def reach_of(protocol: Protocol, bounds: Readings) -> Reach:
    """Raises ValueError where no rate trains, KeyError where nothing was evaluated at a share."""
    runs, last = protocol.tuning_experiment(REFERENCE).runs, protocol.budgets.steps
    ends = [Trial(setting, seed, bounds[i][last]) for i, (seed, setting) in enumerate(runs)]
    choice = chosen_trial(ends)
    if choice is None:
        raise ValueError("the reference diverged at every rate")
    best = choice.setting
    mine = [bounds[i] for i, (_, setting) in enumerate(runs) if setting == best]
    steps = [round(share * last) for share in SHARES]
    means = [rounded_up(sum(one[step] for one in mine) / len(mine)) for step in steps]
    targets = accumulate(means, min)
    return Reach(
        reference=REFERENCE,
        learning_rate=best["learning_rate"],
        target=min(means[:2]),
        targets=tuple(dict.fromkeys(targets)),
    )


def rounded_up(value: float) -> float:
    return ceil(round(value * 10, 6)) / 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--write", action="store_true", help="into the file")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    about = json.loads(asked.file.read_text())
    protocol = Protocol.model_validate(about)
    reach = reach_of(protocol, validation_bounds(protocol)).model_dump(mode="json")
    print(json.dumps(reach))
    if asked.write:
        asked.file.write_text(json.dumps(about | {"reach": reach}, indent=1) + "\n")


if __name__ == "__main__":
    main()
