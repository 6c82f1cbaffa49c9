"""Wins over paired seeds: exact sign tests of all pairs under Holm, with the interval that agrees.

A is better than B if it wins more often than it loses.  A seed that diverged or never arrived
(infinite) loses to one that did not; two of them tie; ties decide nothing.  A seed that is missing
counts against whoever would be called better, so that no reason of its absence makes a claim.  No
shape of the noise is assumed.
"""

from collections.abc import Sequence
from functools import cache
from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.pairs import holm_adjusted
from analysis.statistics.student import Floats

Counts = NDArray[np.int64]


class Wins(NamedTuple):
    """All pairs (first < second), one value a pair but for ``level``; differences are first minus
    second, lower is better.

    ``median``, ``low`` and ``high`` are of the difference on seeds that are no ties; the interval
    holds 0 exactly if neither of the two is called better.
    """

    first: Counts
    second: Counts
    wins: Counts  # seeds on which the first is lower
    losses: Counts
    ties: Counts
    missing: Counts  # seeds on which either has no run
    median: Floats
    low: Floats
    high: Floats
    adjusted: Floats  # two-sided p-value, by Holm over all pairs
    level: float  # of one end of the intervals: half the level at which Holm's procedure stopped


def paired_wins(
    values: ArrayLike, level: float = 0.95, looks: int = 1, units: Sequence[int] | None = None
) -> Wins:
    """Of values [seeds, estimators]: infinity where a seed is lost, NaN where its run is missing.

    ``looks`` is how often the protocol lets anyone test; each has its share of 1 - level.
    ``units``: of every seed, the number of what it shares noise with; tests and intervals then
    count units, by their median differences, and wins, losses and medians still are of seeds.
    Raises ValueError where an estimator is better than all numbers (minus infinity).
    """
    values = np.asarray(values, float)
    if np.isneginf(values).any():
        raise ValueError("a value is a number, infinity for a lost seed, NaN for a missing one")
    pairs = list(combinations(range(values.shape[1]), 2))
    first, second = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    gaps = differences(values[:, first], values[:, second])
    below, above, absent = (gaps < 0).sum(0), (gaps > 0).sum(0), np.isnan(gaps).sum(0)
    judged = unit_gaps(gaps, units)
    p = sign_test(judged)
    adjusted, stop = (
        np.minimum(holm_adjusted(p) * looks, 1),
        stopping_level(p, (1 - level) / looks) / 2,
    )
    gone = np.isnan(judged).sum(0)
    ends = [
        order_ends(column, int(lost), stop)
        for column, lost in zip(_decided(judged), gone, strict=True)
    ]
    low, high = np.array(ends, float).reshape(-1, 2).T
    medians = np.array([sorted_median(column) for column in _decided(gaps)], float)
    return Wins(
        first, second, below, above, (gaps == 0).sum(0), absent, medians, low, high,
        adjusted, stop,
    )  # fmt: skip


def sign_test(gaps: Floats) -> Floats:
    """Two-sided p-values [pairs] of differences [seeds, pairs]; what is missing counts against
    either."""
    below, above, absent = (gaps < 0).sum(0), (gaps > 0).sum(0), np.isnan(gaps).sum(0)
    tail = upper_tail(np.maximum(below, above), below + above + absent)
    return np.minimum(2 * tail, 1)


def unit_gaps(gaps: Floats, units: Sequence[int] | None) -> Floats:
    """Of differences [seeds, pairs], the medians over the seeds of each unit, NaN where one of them
    is missing; the differences themselves where every seed is one of its own."""
    if units is None or len(set(units)) == len(gaps):
        return gaps
    numbers = np.asarray(units)
    with np.errstate(invalid="ignore"):
        return np.stack([np.median(gaps[numbers == one], axis=0) for one in sorted(set(units))])


def better_pairs(pairs: Wins, estimators: int, level: float = 0.95) -> NDArray[np.bool_]:
    """[i, j]: i is called better than j; no two that win equally often against each other are told
    apart with probability ``level``."""
    claims = np.zeros((estimators, estimators), bool)
    certain, lead = pairs.adjusted <= 1 - level, pairs.wins - pairs.losses
    claims[pairs.first, pairs.second] = certain & (lead > 0)
    claims[pairs.second, pairs.first] = certain & (lead < 0)
    return claims


def differences(first: Floats, second: Floats) -> Floats:
    """First minus second; two lost seeds are equal, whatever is missing stays so."""
    both = np.isposinf(first) & np.isposinf(second)
    return np.subtract(first, second, out=np.zeros(first.shape), where=~both)


def upper_tail(successes: ArrayLike, trials: ArrayLike) -> Floats:
    """The chance of as many successes or more if each of the trials is a fair coin's."""
    successes, trials = np.asarray(successes), np.asarray(trials)
    tails: Floats = _tails(int(trials.max(initial=0)))[trials, successes]
    return tails


def wins_needed(trials: int, level: float) -> int | None:
    """The fewest wins of so many trials that a claim at this level (one-sided) takes."""
    enough = np.flatnonzero(_tails(trials)[trials, : trials + 1] <= level)
    return int(enough[0]) if len(enough) else None


@cache
def _tails(most: int) -> Floats:
    """[trials, successes], up to ``most`` of each; exact up to one rounding."""
    table = np.zeros((most + 1, most + 1))
    for trials in range(most + 1):
        ways = np.cumsum([comb(trials, k) for k in range(trials, -1, -1)], dtype=object)[::-1]
        table[trials, : trials + 1] = [int(count) / 2**trials for count in ways]
    table.setflags(write=False)
    return table


def stopping_level(p: Floats, alpha: float) -> float:
    """The level at which Holm's procedure accepts what is left: alpha over what it did not reject.

    All that it rejects is at this level or below, all else above.
    """
    rejected = int((holm_adjusted(p) <= alpha).sum())
    return alpha / max(len(p) - rejected, 1)


def order_ends(values: Floats, missing: int, level: float) -> tuple[float, float]:
    """Ends of an interval of the median of sorted values [n]; each misses it with probability
    ``level`` at most.

    The order statistics at which the sign test would just not reject (Thompson, Annals of
    Mathematical Statistics 7, 1936); values that are missing may lie anywhere.
    """
    needed = wins_needed(len(values) + missing, level)
    if needed is None or needed > len(values):
        return -np.inf, np.inf
    return float(values[len(values) - needed]), float(values[needed - 1])


def sorted_median(values: Floats) -> float:
    """The median of sorted values; 0 of none.  Between opposite infinities nothing can be named:
    NaN."""
    if not len(values):
        return 0.0
    lower, upper = values[(len(values) - 1) // 2], values[len(values) // 2]
    with np.errstate(invalid="ignore"):
        return float(lower if lower == upper else lower / 2 + upper / 2)


def _decided(gaps: Floats) -> list[Floats]:
    """By pair, sorted: what is no tie and not missing."""
    return [np.sort(column[(column != 0) & ~np.isnan(column)]) for column in gaps.T]
