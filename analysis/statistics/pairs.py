"""All pairs of several estimators on common seeds: paired t tests under Holm, and ranks."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.student import Floats, student_quantile, two_sided_p


class Pairs(NamedTuple):
    """One entry a pair (first < second); differences are first minus second.

    ``low`` and ``high`` are one-pair 95% intervals; ``adjusted`` is Holm's p-value over all pairs
    at once.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    seeds: NDArray[np.int64]
    mean: Floats
    spread: Floats  # standard deviation of the differences, over seeds
    low: Floats
    high: Floats
    adjusted: Floats


def paired_tests(values: ArrayLike, level: float = 0.95) -> Pairs:
    """Of values [seeds, estimators]; NaN where an estimator has no value on a seed.

    A pair is compared on the seeds that both have; ValueError where they share fewer than two.
    """
    values = np.asarray(values, float)
    first, second = np.triu_indices(values.shape[1], 1)
    gaps = values[:, first] - values[:, second]
    there = ~np.isnan(gaps)
    seeds = there.sum(0)
    if (seeds < 2).any():
        raise ValueError("a pair shares fewer than two seeds")
    mean = np.where(there, gaps, 0).sum(0) / seeds
    spread = np.sqrt((np.where(there, gaps - mean, 0) ** 2).sum(0) / (seeds - 1))
    half = student_quantile((1 + level) / 2, seeds - 1) * spread / np.sqrt(seeds)
    pairs = Pairs(first, second, seeds, mean, spread, mean - half, mean + half, mean)
    return pairs._replace(adjusted=holm_adjusted(paired_p(pairs)))


def paired_p(pairs: Pairs) -> Floats:
    """Two-sided p-values of paired t tests, each of its pair alone."""
    error = pairs.spread / np.sqrt(pairs.seeds)
    return two_sided_p(_t_statistics(pairs.mean, error), pairs.seeds - 1)


def _t_statistics(mean: Floats, error: Floats) -> Floats:
    """A difference without any spread is as far from zero as can be; no difference is not."""
    exact = np.where(mean == 0, 0.0, np.inf)
    return np.divide(np.abs(mean), error, out=exact, where=error > 0)


def holm_adjusted(p: ArrayLike) -> Floats:
    """Adjusted p-values, to reject at most alpha (Holm, Scandinavian Journal of Statistics 6,
    1979)."""
    p = np.asarray(p, float)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p))))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1)
    return adjusted


def rank_sets(better: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """From better[i, j], i better than j: (1 + number better than i, E - number worse
    than i)."""
    ahead, behind = better.sum(0), better.sum(1)
    return [(1 + int(a), len(better) - int(b)) for a, b in zip(ahead, behind, strict=True)]


def tie_groups(ranks: list[tuple[int, int]]) -> list[int]:
    """Numbers from 1.  A group is all that is not yet grouped and may hold the best rank
    among it."""
    groups = [0] * len(ranks)
    for number in range(1, len(ranks) + 1):
        rest = [i for i, group in enumerate(groups) if not group]
        if not rest:
            break
        best = min(ranks[i][0] for i in rest)
        for i in rest:
            if ranks[i][0] <= best <= ranks[i][1]:
                groups[i] = number
    return groups
