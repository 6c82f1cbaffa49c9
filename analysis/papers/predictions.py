"""Where a training curve would end that was still falling when its budget was spent.

A power law, a + b t^-k, is fitted to the last half of a cell's curve of training costs, and moves
its test bound to twice the budget.  How far such laws may be trusted is measured on the curves
themselves: fitted to what lies between a quarter and a half of the budget, a law predicts how far
the cost falls until the whole, which is known.  It says nothing beyond a doubling: over eight-fold,
laws of Table 3's SBN 200 were too low by 2 to 4 nats (results/muprop-2016/README.md).
"""

from collections.abc import Sequence
from math import hypot, sqrt
from statistics import fmean
from typing import NamedTuple

import numpy as np

from analysis.papers.results import NEAR
from analysis.papers.shapes import CellResult, Curve, Prediction
from analysis.records.shapes import Interval
from analysis.statistics.student import student_quantile

# of the budget; a law that is tried over a doubling predicts one
LONGER = 2
LEAST_POINTS, LEAST_CURVES = 10, 3
EXPONENTS = np.geomspace(0.02, 4, 120)


class PowerLaw(NamedTuple):
    """A cost after t steps: end + excess (t / scale)^-exponent."""

    end: float
    excess: float
    exponent: float
    scale: float

    def cost(self, steps: float) -> float:
        return self.end + self.excess * float((steps / self.scale) ** -self.exponent)

    def steps_until(self, cost: float) -> float | None:
        """When the cost is as low; None: never."""
        if cost <= self.end or self.excess <= 0:
            return None
        return self.scale * float(((cost - self.end) / self.excess) ** (-1 / self.exponent))


def fitted_law(points: Sequence[tuple[int, float]]) -> PowerLaw:
    """The least squares of (step, cost) over ``EXPONENTS``; a cost that does not fall is flat."""
    steps, costs = (np.asarray(side, float) for side in zip(*points, strict=True))
    scale = float(steps[-1])
    flat = (float(((costs - costs.mean()) ** 2).sum()), PowerLaw(float(costs.mean()), 0, 1, scale))
    return min([flat, *(_law_at(k, steps / scale, costs, scale) for k in EXPONENTS)])[1]


def _law_at(
    exponent: float, times: np.ndarray, costs: np.ndarray, scale: float
) -> tuple[float, PowerLaw]:
    """(sum of squares, law) of this exponent; infinite where the cost would rise."""
    x = times**-exponent
    excess = float(((x - x.mean()) * (costs - costs.mean())).sum() / ((x - x.mean()) ** 2).sum())
    end = float(costs.mean() - excess * x.mean())
    error = float(((end + excess * x - costs) ** 2).sum()) if excess > 0 else np.inf
    return error, PowerLaw(end, excess, float(exponent), scale)


def law_until(curve: Curve, steps: float) -> PowerLaw | None:
    """Of the last half of the curve before ``steps``; None where it has few points."""
    points = [
        (t, c)
        for t, c in zip(curve.steps, curve.mean, strict=True)
        if c is not None and steps / 2 <= t <= steps
    ]
    return fitted_law(points) if len(points) >= LEAST_POINTS else None


def backtest_error(curve: Curve) -> float | None:
    """Predicted less measured cost at the end of a curve, nats, by the law of half its budget.

    None where that has too few points.
    """
    law = law_until(curve, curve.steps[-1] / LONGER)
    last = [(t, c) for t, c in zip(curve.steps, curve.mean, strict=True) if c is not None][-3:]
    return None if law is None else fmean(law.cost(t) - c for t, c in last)


def predicted_ends(entries: Sequence[CellResult]) -> list[CellResult]:
    """The same cells, with predictions where the curves of enough of them can be tried."""
    errors = [
        error
        for entry in entries
        if entry.curve and (error := backtest_error(entry.curve)) is not None
    ]
    if len(errors) < LEAST_CURVES:
        return list(entries)
    return [
        entry.model_copy(update={"prediction": _prediction(entry, errors)}) for entry in entries
    ]


def _prediction(entry: CellResult, errors: Sequence[float]) -> Prediction | None:
    """None where there is no bound, or no curve that a law can be fitted to."""
    ours = entry.measured and entry.measured.ours
    law = law_until(entry.curve, entry.curve.steps[-1]) if entry.curve else None
    if not ours or law is None:
        return None
    spent, bound = entry.steps, ours.bound
    mean = bound.mean + law.cost(LONGER * spent) - law.cost(spent)
    half = hypot(_error_margin(errors), bound.half_width or 0.0)
    arrival = law.steps_until(law.cost(spent) + entry.published + NEAR - bound.mean)
    ahead = arrival if arrival and spent < arrival <= LONGER * spent else None
    return Prediction(
        steps=LONGER * spent,
        bound=Interval(mean=round(mean, 2), low=round(mean - half, 2), high=round(mean + half, 2)),
        arrival=ahead and int(float(f"{ahead:.2g}")),
        curves=len(errors),
        error=round(fmean(errors), 2),
        deviation=round(_root_mean_square(errors), 2),
    )


def _error_margin(errors: Sequence[float]) -> float:
    """Half of the interval that 95% of such errors lie in: zero is their mean, by assumption."""
    return float(student_quantile(0.975, len(errors))) * _root_mean_square(errors)


def _root_mean_square(errors: Sequence[float]) -> float:
    return hypot(*errors) / sqrt(len(errors))
