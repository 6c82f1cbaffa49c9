"""Paired tests where a value may be infinite: a run that never arrived, or was lost."""

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.pairs import Pairs, holm_adjusted, paired_p, paired_tests
from analysis.statistics.student import Floats
from analysis.statistics.wins import differences, order_ends, sorted_median, upper_tail


def late_tests(values: ArrayLike, level: float = 0.95) -> Pairs:
    """As ``paired_tests``, of values [seeds, estimators] that are infinite where a run never
    arrived, and NaN where there is none.

    A pair with an infinite value is decided by an exact sign test: its ``mean`` is the median
    difference, its ends are order statistics, its ``spread`` is NaN.  All others are decided by t,
    and all share Holm's procedure.
    """
    values = np.asarray(values, float)
    late = np.isposinf(values)
    if not late.any():
        return paired_tests(values, level)
    pairs = paired_tests(np.where(late, 0.0, values), level)
    signed = (late[:, pairs.first] | late[:, pairs.second]).any(0)
    p, mean, spread = paired_p(pairs), pairs.mean.copy(), pairs.spread.copy()
    low, high = pairs.low.copy(), pairs.high.copy()
    spread[signed] = np.nan
    for k in np.flatnonzero(signed):
        first, second = values[:, pairs.first[k]], values[:, pairs.second[k]]
        there = ~(np.isnan(first) | np.isnan(second))
        gaps = differences(first[there], second[there])
        p[k], mean[k], low[k], high[k] = _sign_test(gaps, level)
    return pairs._replace(mean=mean, spread=spread, low=low, high=high, adjusted=holm_adjusted(p))


def _sign_test(gaps: Floats, level: float) -> tuple[float, float, float, float]:
    """p-value, median and ends of the gaps that are no ties; infinite ones have a sign too."""
    decided = np.sort(gaps[gaps != 0])
    below = int((decided < 0).sum())
    p = min(1.0, 2 * float(upper_tail(max(below, len(decided) - below), len(decided))))
    return p, sorted_median(decided), *order_ends(decided, 0, (1 - level) / 2)
