"""What a board of this many seeds can see, and how many more would settle what it leaves open."""

from bisect import bisect_left
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

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
    mean: float, spread: float, seeds: int, pairs: int, alpha: float = 0.05
) -> int | None:
    """How many more seeds a pair wants, if its difference and spread are what they seem now.

    At least one for a pair that is open; None where even MOST_SEEDS would not do.
    """

    def enough(total: int) -> bool:
        return _visible_spreads(total, pairs, alpha) * spread <= abs(mean)

    if not enough(MOST_SEEDS):
        return None
    return 1 + bisect_left(range(seeds + 1, MOST_SEEDS), True, key=enough)


@lru_cache(maxsize=4_096)
def _visible_spreads(seeds: int, pairs: int, alpha: float) -> float:
    return float(visible_difference(1.0, seeds, pairs, alpha))
