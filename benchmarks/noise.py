"""Worlds of results over seeds, each with what may truly be said of it.

A world draws values [boards, seeds, estimators], lower is better; infinity is a seed that diverged
or never arrived, NaN one that is missing.  ``by_wins[i, j]`` says that i truly wins more often
than it loses against j, ``by_means[i, j]`` that its mean is truly lower: a claim of anything else
is false.  Noise that all estimators share on a seed cancels in every method and is left out.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]
Truth = NDArray[np.bool_]
STUCK, SHARE = 20.0, 0.1  # standard deviations that a stuck seed is worse by; how many are stuck


class World(NamedTuple):
    """Results, and the claims that are true of them."""

    values: Floats
    by_wins: Truth
    by_means: Truth


Draw = Callable[[np.random.Generator, tuple[int, int, int]], World]


def equal(values: Floats) -> World:
    """Nothing that is said of any pair is true."""
    none = np.zeros((values.shape[2],) * 2, bool)
    return World(values, none, none.copy())


def log_normal(generator: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Median 1, mean exp(1/2)."""
    return generator.lognormal(size=shape)


def unequal_variance(generator: np.random.Generator, shape: tuple[int, int, int]) -> World:
    """Standard deviations from 0.2 to 5, all symmetric."""
    return equal(generator.standard_normal(shape) * np.geomspace(0.2, 5, shape[2]))


def opposite_skew(
    generator: np.random.Generator, shape: tuple[int, int, int], shift: float
) -> World:
    """Every second estimator has its tail on the good side; the others are moved by ``shift``."""
    values, mirrored = log_normal(generator, shape), np.arange(shape[2]) % 2 == 1
    return equal(np.where(mirrored, -values, values + shift))


def skew_equal_wins(generator: np.random.Generator, shape: tuple[int, int, int]) -> World:
    """The shift at which either kind wins half of the seeds: minus the median of the sum of two."""
    grid = np.exp(norm.ppf((np.arange(1_500) + 0.5) / 1_500))
    shift = -float(np.median(grid[:, None] + grid))
    world = opposite_skew(generator, shape, shift)
    tails = np.arange(shape[2]) % 2 == 0
    # The mean of the sum is above its median: the tail on the bad side has the worse mean.
    return world._replace(by_means=~tails[:, None] & tails)


def skew_equal_means(generator: np.random.Generator, shape: tuple[int, int, int]) -> World:
    """Equal means: the one with the bad tail wins more often than it loses."""
    world = opposite_skew(generator, shape, -2 * float(np.exp(0.5)))
    tails = np.arange(shape[2]) % 2 == 0
    return world._replace(by_wins=tails[:, None] & ~tails)


def stuck(generator: np.random.Generator, shape: tuple[int, int, int]) -> World:
    """A tenth of the seeds of each gets stuck."""
    lost = generator.random(shape) < SHARE
    return equal(generator.standard_normal(shape) + STUCK * lost)


def one_stuck(
    generator: np.random.Generator, shape: tuple[int, int, int], lead: float
) -> tuple[Floats, Truth]:
    """The first alone gets stuck in a tenth of its seeds and leads by ``lead`` in the others."""
    values = generator.standard_normal(shape)
    values[:, :, 0] += STUCK * (generator.random(shape[:2]) < SHARE) - lead
    against = np.zeros((shape[2],) * 2, bool)
    against[0, 1:] = True
    return values, against


def one_stuck_equal_wins(generator: np.random.Generator, shape: tuple[int, int, int]) -> World:
    """Its lead makes it win as often as it loses; its mean is worse."""
    lead = float(2**0.5 * norm.ppf(0.5 / (1 - SHARE)))
    values, against = one_stuck(generator, shape, lead)
    return World(values, np.zeros_like(against), against.T)


def one_stuck_equal_means(generator: np.random.Generator, shape: tuple[int, int, int]) -> World:
    """Its lead makes its mean equal; it wins more often than it loses."""
    values, against = one_stuck(generator, shape, STUCK * SHARE)
    return World(values, against, np.zeros_like(against))


def diverged(generator: np.random.Generator, shape: tuple[int, int, int]) -> World:
    """A tenth of the seeds of each diverges, whatever they would have reached."""
    lost = generator.random(shape) < SHARE
    return equal(np.where(lost, np.inf, generator.standard_normal(shape)))


def worst_diverge(generator: np.random.Generator, shape: tuple[int, int, int]) -> World:
    """The worst tenth of every second estimator diverges, where those of the others just end
    badly."""
    values, frail = generator.standard_normal(shape), np.arange(shape[2]) % 2 == 0
    lost = (values > norm.ppf(1 - SHARE)) & frail
    truth = ~frail[:, None] & frail
    return World(np.where(lost, np.inf, values), truth, truth)


def worst_missing(generator: np.random.Generator, shape: tuple[int, int, int]) -> World:
    """Of every second estimator the worst third of its runs was taken away."""
    values, picked = generator.standard_normal(shape), np.arange(shape[2]) % 2 == 0
    return equal(np.where((values > norm.ppf(2 / 3)) & picked, np.nan, values))


def ties(generator: np.random.Generator, shape: tuple[int, int, int]) -> World:
    """Rounded to a standard deviation: a quarter of all pairs of values tie."""
    return equal(np.round(generator.standard_normal(shape)))


def censored(generator: np.random.Generator, shape: tuple[int, int, int]) -> World:
    """Spends until a target which six in ten reach within the budget."""
    spends = generator.exponential(size=shape)
    return equal(np.where(spends > -np.log(0.4), np.inf, spends))


def one_better(generator: np.random.Generator, shape: tuple[int, int, int]) -> World:
    """The first is better by three standard deviations of a paired difference, the rest equal."""
    values = generator.standard_normal(shape)
    values[:, :, 0] -= 3 * 2**0.5
    truth = np.zeros((shape[2],) * 2, bool)
    truth[0, 1:] = True
    return World(values, truth, truth)


def twins(generator: np.random.Generator, shape: tuple[int, int, int]) -> World:
    """Two by two equal, and far from the other twins."""
    group = np.arange(shape[2]) // 2
    truth = group[:, None] < group
    return World(generator.standard_normal(shape) + 10.0 * group, truth, truth)


def small_steps(generator: np.random.Generator, shape: tuple[int, int, int]) -> World:
    """Each a tenth of a standard deviation behind the one before it: no pair is equal."""
    steps = np.arange(shape[2])
    truth = steps[:, None] < steps
    return World(generator.standard_normal(shape) + 0.1 * steps, truth, truth)


WORLDS: dict[str, Draw] = {
    "normal": lambda generator, shape: equal(generator.standard_normal(shape)),
    "log-normal 1": lambda generator, shape: equal(log_normal(generator, shape)),
    "t3": lambda generator, shape: equal(generator.standard_t(3, shape)),
    "unequal variance": unequal_variance,
    "unequal skew, equal wins": skew_equal_wins,
    "unequal skew, equal means": skew_equal_means,
    "all stuck in 10%": stuck,
    "one stuck in 10%, equal wins": one_stuck_equal_wins,
    "one stuck in 10%, equal means": one_stuck_equal_means,
    "10% diverge": diverged,
    "worst 10% of half diverge": worst_diverge,
    "worst third of half missing": worst_missing,
    "ties": ties,
    "40% never arrive": censored,
    "one better, rest equal": one_better,
    "twins, far apart": twins,
    "small steps": small_steps,
}
