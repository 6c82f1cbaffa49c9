"""What a board of this many seeds can see, and how many more would settle what it leaves open."""

import numpy as np
from numpy.typing import ArrayLike

from .student import Floats, quantile

POWER = 0.8  # the chance to see a difference that is there
MANY = 10_000  # seeds; more than that is not a plan


def visible(spread: ArrayLike, seeds: ArrayLike, pairs: int, alpha: float = 0.05) -> Floats:
    """The difference that a test at alpha / pairs (Bonferroni) sees with 80% chance.

    Approximates the noncentral t by t plus a shift: (t_crit + t_power) * spread / sqrt(seeds).
    """
    degrees = np.asarray(seeds) - 1
    wanted = quantile(1 - alpha / pairs / 2, degrees) + quantile(POWER, degrees)
    shown: Floats = wanted * np.asarray(spread, float) / np.sqrt(np.asarray(seeds, float))
    return shown


def missing_seeds(mean: float, spread: float, seeds: int, pairs: int, alpha: float = 0.05) -> int | None:
    """How many more seeds a pair wants, if its difference and spread are what they seem now.

    At least one for a pair that is open; None where even 10,000 seeds would not do.
    """
    totals = np.arange(seeds + 1, MANY + 1)
    enough = visible(spread, totals, pairs, alpha) <= abs(mean)
    return int(totals[enough.argmax()] - seeds) if enough.any() else None
