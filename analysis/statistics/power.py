"""What a board of this many seeds can see, and how many more would settle what it leaves open."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.records.thresholds import MOST_SEEDS
from analysis.statistics.student import Floats, student_quantile

POWER = 0.8  # the chance to see a difference that is there


def visible_difference(
    spread: ArrayLike, seeds: ArrayLike, pairs: int, alpha: float = 0.05
) -> Floats:
    """The difference that a test at alpha / pairs (Bonferroni) sees with 80% chance.

    Approximates the noncentral t by t plus a shift: (t_crit + t_power) * spread / sqrt(seeds).
    """
    degrees = np.asarray(seeds) - 1
    wanted = student_quantile(1 - alpha / pairs / 2, degrees) + student_quantile(POWER, degrees)
    differences: Floats = wanted * np.asarray(spread, float) / np.sqrt(np.asarray(seeds, float))
    return differences


def missing_seeds(
    mean: ArrayLike, spread: ArrayLike, seeds: ArrayLike, pairs: int, alpha: float = 0.05
) -> NDArray[np.int64]:
    """How many more seeds pairs want, if their differences and spreads are what they seem now.

    At least one for a pair that is open; 0 where even MOST_SEEDS would not do.
    """
    gaps, spreads = np.abs(np.atleast_1d(mean)), np.atleast_1d(np.asarray(spread, float))
    now = np.atleast_1d(np.asarray(seeds, np.int64))
    low, high = now + 1, np.full_like(now, MOST_SEEDS)
    able = _shows(high, gaps, spreads, pairs, alpha)
    # halving: none below low is enough, and high is
    while (low < high).any():
        middle = (low + high) // 2
        enough = _shows(middle, gaps, spreads, pairs, alpha)
        low, high = (
            np.where(enough, low, np.minimum(middle + 1, high)),
            np.where(enough, middle, high),
        )
    return np.where(able, np.maximum(high - now, 1), 0)


def _shows(
    totals: NDArray[np.int64], gaps: Floats, spreads: Floats, pairs: int, alpha: float
) -> NDArray[np.bool_]:
    """Whether so many seeds show these differences; many pairs ask of the same numbers."""
    some, which = np.unique(totals, return_inverse=True)
    return np.asarray(visible_difference(1.0, some, pairs, alpha)[which] * spreads <= gaps, bool)
