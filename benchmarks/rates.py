"""Learning rates of the demo, chosen on validation: every rate of the grid for each of its
estimators.

    python -m benchmarks.rates [steps] > rates.json

One line of JSON for each estimator and rate: validation bound of every seed at the last step, null
where the run diverged.  The test part is not looked at.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

import torch

from estimators.events import Done, Event, Metrics, run_experiment
from estimators.specs.experiment import Experiment

GRID = (0.003, 0.01, 0.03, 0.1, 0.3)
SEEDS = (0, 1, 2, 3, 4)
ESTIMATORS: tuple[dict[str, Any], ...] = (
    {"name": "reinforce", "signal": {"centre": True, "normalise": True}},
    {"name": "nvil", "tuning_rate": 0.1},
    {"name": "muprop", "signal": {"centre": True}},
    {"name": "muprop", "signal": {"centre": True, "normalise": True}},
    {"name": "straight_through"},
    {"name": "half"},
    {"name": "reinforce_loo", "draws": 4},
)


def demo_experiment(estimator: Mapping[str, Any], rate: float, steps: int) -> Experiment:
    return Experiment.model_validate(
        {
            "model": {"name": "structured_prediction"},
            "estimator": estimator,
            "dataset": {"name": "digits"},
            "training": {"steps": steps, "learning_rate": rate},
            "evaluation": {"every": steps},
            "seeds": SEEDS,
        }
    )


def validation_bounds(estimator: Mapping[str, Any], rate: float, steps: int) -> list[float | None]:
    """Nats per example after the last step, by seed."""
    last: dict[int, float | None] = {}

    def note(event: Event) -> None:
        if isinstance(event, Metrics) and "bound/validation" in event.series:
            last[event.run] = float(event.series["bound/validation"].values[-1])
        elif isinstance(event, Done) and event.reason == "diverged":
            last[event.run] = None

    run_experiment(demo_experiment(estimator, rate, steps), note)
    return [last[k] for k in range(len(SEEDS))]


def main(steps: int) -> None:
    torch.set_num_threads(1)
    for estimator in ESTIMATORS:
        for rate in GRID:
            bounds = validation_bounds(estimator, rate, steps)
            line = {"estimator": estimator, "rate": rate, "steps": steps, "validation": bounds}
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6_000)
