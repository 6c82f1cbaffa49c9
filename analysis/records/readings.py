"""Reads one run at a budget.  The last value logged within it counts; nothing is extrapolated."""

from bisect import bisect_right
from math import isfinite
from typing import Literal, NamedTuple

from analysis.records.runs import NO_SERIES, RunRecord, Series

Spend = Literal["steps", "evals", "seconds"]
SERIES_OF: dict[Spend, str] = {"evals": "evaluations", "seconds": "seconds"}
# beyond, squares and sums overflow: a bound of this size is no bound
LARGEST = 1e100


class Reading(NamedTuple):
    """A value of a series, the step at which it was logged and what the run had spent by then."""

    step: int
    spent: float
    value: float


def is_sound(value: float) -> bool:
    """Whether a value may be averaged: neither infinite nor NaN, nor larger than any bound is."""
    return isfinite(value) and abs(value) < LARGEST


def spend_series(record: RunRecord, spend: Spend) -> Series:
    """What the run had spent, at the steps where that was logged."""
    if spend == "steps":
        return Series((record.step,), (float(record.step),))
    return record.series.get(SERIES_OF[spend], NO_SERIES)


def total_spend(record: RunRecord, spend: Spend) -> float:
    """What the run had spent when it last said so."""
    spent = spend_series(record, spend).values
    return spent[-1] if spent else 0.0


def last_paid_step(record: RunRecord, spend: Spend, budget: float) -> int:
    """The last step that the budget pays for: -1 where that is unknown."""
    if spend == "steps":
        return int(budget)
    steps, spent = spend_series(record, spend)
    paid = bisect_right(spent, budget)
    return steps[paid - 1] if paid else -1


def last_value(record: RunRecord, name: str, step: int) -> tuple[int, float] | None:
    """The last value at or before a step, with its step."""
    series = record.series.get(name, NO_SERIES)
    count = bisect_right(series.steps, step)
    return (series.steps[count - 1], series.values[count - 1]) if count else None


def spend_readings(record: RunRecord, name: str, spend: Spend) -> list[Reading]:
    """The series against what was spent; points whose spending was not logged are left out."""
    steps, values = record.series.get(name, NO_SERIES)
    if spend == "steps":
        return [
            Reading(step, float(step), value) for step, value in zip(steps, values, strict=True)
        ]
    spent_at = dict(zip(*spend_series(record, spend), strict=True))
    return [
        Reading(step, spent_at[step], value)
        for step, value in zip(steps, values, strict=True)
        if step in spent_at
    ]


def first_crossing(points: list[Reading], target: float, budget: float) -> Reading | None:
    """Where a series first reaches the target (lower is better), or None where it does not within
    the budget.

    Read on the straight line between that evaluation and the one before.
    """
    before = None
    for point in points:
        if point.value <= target:
            crossing = _crossing_point(before, point, target)
            return crossing if crossing.spent <= budget else None
        before = point
    return None


def _crossing_point(before: Reading | None, point: Reading, target: float) -> Reading:
    if before is None or not isfinite(before.value):
        return point
    share = (before.value - target) / (before.value - point.value)
    return Reading(point.step, before.spent + share * (point.spent - before.spent), target)
