"""What the demo trains: seven estimators on one benchmark, each at a learning rate of its own.

The benchmark is the one that the smallest spec belongs to: structured prediction on digits,
32-64-64-32. The rates were chosen beforehand, on validation, over the grid below
(docs/demo-rates.md); ``gradarena demo --grid`` chooses them in front of you.
"""

from typing import Any

from estimators.specs.base import Estimator, Signal
from estimators.specs.control_variates import MuProp
from estimators.specs.experiment import Experiment
from estimators.specs.pathwise import Half, StraightThrough
from estimators.specs.score_function import NVIL, Reinforce, ReinforceLOO

GRID = (0.003, 0.01, 0.03, 0.1, 0.3)
ENTRANTS: list[tuple[Estimator, float]] = [  # the longest first, so that two workers end together
    (ReinforceLOO(draws=4), 0.1),
    (NVIL(), 0.03),
    (MuProp(signal=Signal(centre=True)), 0.03),
    (MuProp(signal=Signal(centre=True, normalise=True)), 0.1),
    (StraightThrough(), 0.3),
    (Half(), 0.1),
    (Reinforce(signal=Signal(centre=True, normalise=True)), 0.03),
]


def demo_experiments(
    steps: int | None = None, seeds: int = 5, grid: bool = False
) -> list[dict[str, Any]]:
    """One spec per entrant, as bodies of POST /v1/jobs.  ``steps``: other than the
    benchmark's own.  ``seeds``: how many."""
    return [
        _demo_experiment(estimator, GRID if grid else rate, steps, seeds)
        for estimator, rate in ENTRANTS
    ]


def _demo_experiment(
    estimator: Estimator, rate: float | tuple[float, ...], steps: int | None, seeds: int
) -> dict[str, Any]:
    training: dict[str, Any] = {"learning_rate": rate} | ({"steps": steps} if steps else {})
    spec = Experiment.model_validate(
        {
            "model": {"name": "structured_prediction"},
            "estimator": estimator.model_dump(),
            "dataset": {"name": "digits"},
            "training": training,
            "seeds": list(range(seeds)),
        }
    )
    end = spec.training.steps
    # a demo of few steps is a look at how all goes together: it measures as shortly
    draws = min(100, max(10, end))
    half_way = {"steps": (end // 2,), "draws": draws, "reference_draws": draws}
    measured = spec.measurement.model_copy(update=half_way)
    return spec.model_copy(update={"measurement": measured}).model_dump(mode="json")
