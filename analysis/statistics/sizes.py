"""How large a difference is, beside whether there is one: robust means, chances, equivalence."""

from collections.abc import Sequence
from math import floor, isfinite

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.records.shapes import Interval
from analysis.statistics.intervals import clip_interval, student_interval
from analysis.statistics.pairs import holm_adjusted
from analysis.statistics.student import Floats, student_quantile
from analysis.statistics.wins import (
    differences,
    order_ends,
    sorted_median,
    unit_gaps,
    upper_tail,
)


def median_interval(x: ArrayLike, level: float = 0.95) -> Interval:
    """Of the median of independent x, shape [n], infinite where a seed is lost: order statistics.

    Exact for every continuous distribution; its ends are infinite below six values at 95%.
    Raises ValueError where there is no value.
    """
    x = np.sort(_numbers(x))
    low, high = order_ends(x, 0, (1 - level) / 2)
    return Interval(mean=sorted_median(x), low=low, high=high)


def finite_interval(interval: Interval) -> Interval | None:
    """None where the figure is not finite; so is an end that is not."""
    if not isfinite(interval.mean):
        return None
    low, high = (
        end if end is not None and isfinite(end) else None for end in (interval.low, interval.high)
    )
    return Interval(mean=interval.mean, low=low, high=high)


def interquartile_mean(x: ArrayLike, level: float = 0.95) -> Interval:
    """The mean of the middle half of x, shape [n], with Tukey and McLaughlin's interval (Sankhya A
    25, 1963): the winsorised spread, as many degrees as values stay.

    A quarter of the values, rounded down, is cut off at either side; lost seeds (infinite) are
    among the worst.  Infinite where more are lost than are cut off.
    """
    x = np.sort(_numbers(x))
    cut = floor(len(x) / 4)
    inner = x[cut : len(x) - cut]
    if not np.isfinite(inner).all():
        return Interval(mean=np.inf, low=-np.inf, high=np.inf)
    mean, degrees = float(inner.mean()), len(inner) - 1
    if degrees < 1:
        return Interval(mean=mean, low=-np.inf, high=np.inf)
    spread = float(np.clip(x, inner[0], inner[-1]).std(ddof=1))
    half = float(student_quantile((1 + level) / 2, degrees)) * spread * len(x) ** 0.5 / len(inner)
    return Interval(mean=mean, low=mean - half, high=mean + half)


def binomial_interval(successes: int, trials: int, level: float = 0.95) -> Interval:
    """A probability with Clopper and Pearson's interval (Biometrika 26, 1934).

    Of winning a seed, with wins and the seeds that are no ties: its lower end is above one half
    exactly if the sign test at (1 - level) / 2 says so.  Raises ValueError without a trial.
    """
    from scipy.special import betaincinv

    if not 0 <= successes <= trials or trials < 1:
        raise ValueError("a chance wants a trial, and no more successes than trials")
    tail, failures = (1 - level) / 2, trials - successes
    low = float(betaincinv(successes, failures + 1, tail)) if successes else 0.0
    high = float(betaincinv(successes + 1, failures, 1 - tail)) if failures else 1.0
    return Interval(mean=successes / trials, low=low, high=high)


def improvement_chances(values: ArrayLike, level: float = 0.95) -> list[Interval | None]:
    """Of each column of values [seeds, estimators], infinite where a seed is lost: the chance of
    being lower on a seed than another column drawn at random, ties as half (probability of
    improvement; Agarwal et al., NeurIPS 2021, take all pairs of runs, here seeds pair them).

    Seeds are what is drawn: Student's interval of the seeds' shares, cut at 0 and 1.  None for each
    where there is one column alone.
    """
    values = np.asarray(values, float)
    others = values.shape[1] - 1
    if others < 1:
        return [None] * values.shape[1]
    below = (values[:, :, None] < values[:, None, :]).sum(2)
    equal = (values[:, :, None] == values[:, None, :]).sum(2) - 1
    shares = (below + equal / 2) / others
    return [clip_interval(student_interval(column, level)) for column in shares.T]


def equivalent_pairs(
    values: ArrayLike, margin: float, level: float = 0.95, units: Sequence[int] | None = None
) -> NDArray[np.bool_]:
    """[i, j]: i and j differ by less than ``margin``, which is a claim of its own and not the lack
    of another; all of it is right with probability ``level``.

    Of values [seeds, estimators], as ``paired_wins`` takes them.  Two one-sided sign tests a pair:
    the median difference is above -margin, and below margin (Schuirmann 1987); Holm over all pairs.
    Tests count ``units``, where some seeds share noise.
    """
    values = np.asarray(values, float)
    claims = np.eye(values.shape[1], dtype=bool)
    first, second = np.triu_indices(values.shape[1], 1)
    gaps = unit_gaps(differences(values[:, first], values[:, second]), units)
    certain = holm_adjusted(equivalence_p(gaps, margin)) <= 1 - level
    claims[first, second] = claims[second, first] = certain
    return claims


def equivalence_p(gaps: Floats, margin: float) -> Floats:
    """p-values [pairs] of gaps [seeds, pairs]: that their median lies between -margin and margin.

    A gap of exactly the margin is outside of it, and so is one that is missing.
    """
    if not margin > 0:
        raise ValueError("a margin is above zero")
    below, above = (gaps < margin).sum(0), (gaps > -margin).sum(0)
    return np.maximum(upper_tail(below, len(gaps)), upper_tail(above, len(gaps)))


def _numbers(x: ArrayLike) -> Floats:
    x = np.asarray(x, float)
    if not len(x) or np.isnan(x).any():
        raise ValueError("a size wants values, and a number for each")
    return x
