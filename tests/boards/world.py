"""Runs whose truth is known: made by a formula and a generator, on the demo's benchmark."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from analysis.records.runs import RunRecord, Series
from estimators.specs.base import digest
from estimators.specs.experiment import Experiment

EVERY, STEPS = 500, 6_000
# estimator: (bound at the end, log ratio of variances, relative bias, evaluations per step)
DEMO = {
    "reinforce": ({"signal": {"centre": True, "normalise": True}}, 10.9, 2.0, 0.0, 3),
    "nvil": ({}, 10.6, 1.8, 0.0, 3),
    "muprop": ({"signal": {"centre": True, "normalise": True}}, 9.1, 0.1, 0.0, 6),
    "straight_through": ({}, 9.15, -1.5, 0.35, 3),
    "half": ({}, 9.0, -1.2, 0.15, 3),
    "reinforce_loo": ({"draws": 4}, 9.8, -0.7, 0.0, 12),
}


@cache
def definition() -> dict[str, Any]:
    return experiment("muprop").benchmark


def experiment(name: str, **settings: Any) -> Experiment:
    return TypeAdapter(Experiment).validate_python(
        {
            "model": {"name": "structured_prediction"},
            "dataset": {"name": "digits"},
            "estimator": {"name": name} | settings,
        }
    )


def run(
    name: str = "muprop",
    settings: dict[str, Any] | None = None,
    *,
    seed: int = 0,
    end: float = 9.0,
    rate: float = 0.01,
    speed: float = 1e3,
    noise: float = 0.1,
    log_ratio: float = 0.0,
    bias: float = 0.0,
    evaluations: float = 6,
    seconds: float = 1e-3,
    steps: int = STEPS,
) -> RunRecord:
    """An exponential fall from 22 nats to ``end``; seeds share half of the variance of the
    noise."""
    cell = experiment(name, **(settings or {}))
    own = np.random.default_rng([seed, int(cell.cell_id, 16), round(rate * 1e6)])
    shift = noise * (np.random.default_rng(seed).normal() + own.normal()) / 2**0.5
    at = np.arange(0, steps + 1, EVERY)
    curve = end + shift + (22 - end) * np.exp(-at / speed)
    measured = np.array([0, steps])
    once = lambda mean, sd: Series(measured, mean + sd * own.normal(size=2))
    series = {
        "bound/train": Series(at, curve - 0.2),
        "bound/validation": Series(at, curve + 0.05),
        "bound/test": Series(at, curve),
        "evaluations": Series(at, at * float(evaluations)),
        "seconds": Series(at, at * seconds * float(own.uniform(0.95, 1.05))),
        "gradient/variance": once(3 * np.exp(log_ratio), 0.1),
        "gradient/variance_loo2": once(3, 0.1),
        "gradient/log_ratio": once(log_ratio, 0.05),
        "gradient/bias": once(bias, 0.02),
        "gradient/bias_error": once(0.02, 0),
        "gradient/cosine": once(1 - bias, 0),
    }
    turn = list(DEMO).index(name) if name in DEMO else 9
    series = {name: Series(s.steps.tolist(), s.values.tolist()) for name, s in series.items()}
    place = f"{turn}{digest([name, settings or {}])[:4]}-{seed:04}-{rate:g}"
    return RunRecord(
        run_id=f"run-{place}",
        job_id=f"job-{name}",
        cell_id=cell.cell_id,
        estimator=cell.estimator.model_dump(mode="json"),
        seed=seed,
        setting={"learning_rate": rate, "momentum": 0.9},
        state="succeeded",
        reason="completed",
        step=steps,
        series=series,
        environment={
            "device_class": "abacus",
            "device": "cpu",
            "code": "5",
            "threads": 1,
            "width": 5,
        },
    )


def demo(seeds: int = 5, **kwargs: Any) -> list[RunRecord]:
    """Six estimators whose order is known."""
    return [
        run(
            name,
            settings,
            seed=seed,
            end=end,
            log_ratio=ratio,
            bias=bias,
            evaluations=cost,
            **kwargs,
        )
        for name, (settings, end, ratio, bias, cost) in DEMO.items()
        for seed in range(seeds)
    ]


def cut(record: RunRecord, step: int, state: str, reason: str | None, **changes: Any) -> RunRecord:
    """The run as it was at an earlier step."""
    series = {name: _until(s, step) for name, s in record.series.items()}
    return replace(record, series=series, step=step, state=state, reason=reason, **changes)


def _until(series: Series, step: int) -> Series:
    kept = sum(at <= step for at in series.steps)
    return Series(series.steps[:kept], series.values[:kept])
