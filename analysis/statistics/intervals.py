"""An interval for a mean over seeds: bootstrap-t from ten seeds, Student's t below."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from analysis.records.shapes import Interval
from analysis.records.thresholds import FIRM_SEEDS, RESAMPLES
from analysis.statistics.student import Floats, student_quantile


def mean_interval(
    x: ArrayLike, level: float = 0.95, resamples: int = RESAMPLES, seed: int = 0
) -> Interval:
    """Of the mean of independent x, shape [n].  One value alone has no ends."""
    x = np.asarray(x, float)
    return (
        student_interval(x, level)
        if len(x) < FIRM_SEEDS
        else bootstrap_interval(x, level, resamples, seed)
    )


def student_interval(x: ArrayLike, level: float = 0.95) -> Interval:
    """Student's interval.  Raises ValueError where there is no value."""
    x = np.asarray(x, float)
    if len(x) == 0:
        raise ValueError("a mean wants a value")
    if len(x) == 1:
        return Interval(mean=float(x[0]), low=None, high=None)
    mean, half = float(x.mean()), float(half_widths(x, level))
    return Interval(mean=mean, low=mean - half, high=mean + half)


def stratified_interval(strata: Sequence[ArrayLike], level: float = 0.95) -> Interval:
    """Of the mean of the means of strata, each of independent values: Welch's error with
    Satterthwaite's degrees of freedom (Biometrics Bulletin 2, 1946).

    A stratum of one value leaves it without ends.  Raises ValueError where there is no value.
    """
    some = [np.asarray(x, float) for x in strata]
    if not some or not all(len(x) for x in some):
        raise ValueError("a mean wants a value")
    mean = float(np.mean([x.mean() for x in some]))
    if any(len(x) == 1 for x in some):
        return Interval(mean=mean, low=None, high=None)
    errors = np.array([x.var(ddof=1) / len(x) for x in some]) / len(some) ** 2
    if not (total := float(errors.sum())):
        return Interval(mean=mean, low=mean, high=mean)
    degrees = total**2 / sum(e**2 / (len(x) - 1) for e, x in zip(errors, some, strict=True))
    half = float(student_quantile((1 + level) / 2, degrees)) * total**0.5
    return Interval(mean=mean, low=mean - half, high=mean + half)


def clip_interval(interval: Interval, least: float = 0.0, most: float = 1.0) -> Interval:
    """Ends where its quantity does: by default, that of a share."""
    if interval.low is None or interval.high is None:
        return interval
    return Interval(mean=interval.mean, low=max(interval.low, least), high=min(interval.high, most))


def half_widths(x: Floats, level: float = 0.95) -> Floats:
    """Half of Student's interval for the mean over the first axis of x, shape [n, ...], n > 1."""
    bound = student_quantile((1 + level) / 2, len(x) - 1)
    return np.asarray(bound * x.std(0, ddof=1) / len(x) ** 0.5)


def bootstrap_interval(
    x: ArrayLike, level: float = 0.95, resamples: int = RESAMPLES, seed: int = 0
) -> Interval:
    """The studentised bootstrap (Efron 1979; Hall, Annals of Statistics 16, 1988), equal tails.

    Where more resamples than a tail holds have no spread of their own (values that are nearly all
    equal), studentising is undefined, and Student's interval stands in.
    """
    x = np.asarray(x, float)
    n, centred = len(x), np.asarray(x, float) - np.mean(x)
    counts = _resample_counts(n, resamples, seed)
    means = _resample_sums(counts, centred) / n
    spread = np.sqrt(np.maximum(_resample_sums(counts, centred**2) / n - means**2, 0) * n / (n - 1))
    error = x.std(ddof=1) / n**0.5
    tail = round((resamples + 1) * (1 - level) / 2)
    flat = spread <= 1e-9 * spread.max()
    if flat.sum() >= tail:
        return student_interval(x, level)
    t = np.divide(means, spread / n**0.5, out=np.zeros_like(means), where=~flat)
    low, high = np.partition(t, (tail - 1, resamples - tail))[[tail - 1, resamples - tail]]
    mean = float(x.mean())
    return Interval(mean=mean, low=float(mean - high * error), high=float(mean - low * error))


def _resample_sums(counts: Floats, x: Floats) -> Floats:
    """Of each resample.  Not by BLAS: on a busy machine its threads wait for each other."""
    return np.asarray(np.einsum("bn,n->b", counts, x))


@lru_cache(maxsize=16)
def _resample_counts(n: int, resamples: int, seed: int) -> Floats:
    """How often each of n values stands in each resample, [resamples, n].

    Straight from the bit generator, whose stream numpy promises to keep; its distributions it may
    change.
    """
    bits = np.random.PCG64(seed).random_raw(resamples * n).reshape(resamples, n)
    picks = (bits >> np.uint64(32)) * np.uint64(n) >> np.uint64(32)
    places = picks.astype(np.int64) + n * np.arange(resamples)[:, None]
    return np.bincount(places.ravel(), minlength=resamples * n).reshape(resamples, n).astype(float)
