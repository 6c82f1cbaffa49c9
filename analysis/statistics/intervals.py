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
    return mean_intervals([x], level, resamples, seed)[0]


def mean_intervals(
    samples: Sequence[ArrayLike],
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> list[Interval]:
    """Of the mean of each of several samples, each of independent values; samples of one size are
    resampled together."""
    values = [np.asarray(x, float) for x in samples]
    intervals: dict[int, Interval] = {}
    for size in {len(x) for x in values}:
        numbers = [number for number, x in enumerate(values) if len(x) == size]
        some = [values[number] for number in numbers]
        if size < FIRM_SEEDS:
            ends = [student_interval(x, level) for x in some]
        else:
            ends = bootstrap_intervals(np.stack(some), level, resamples, seed)
        intervals |= zip(numbers, ends, strict=True)
    return [intervals[number] for number in range(len(values))]


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


def bootstrap_intervals(
    x: ArrayLike, level: float = 0.95, resamples: int = RESAMPLES, seed: int = 0
) -> list[Interval]:
    """The studentised bootstrap (Efron 1979; Hall, Annals of Statistics 16, 1988), equal tails, of
    the mean of each row of x, shape [k, n].

    Where more resamples than a tail holds have no spread of their own (values that are nearly all
    equal), studentising is undefined, and Student's interval stands in.
    """
    x = np.asarray(x, float)
    tail = round((resamples + 1) * (1 - level) / 2)
    t, flat = _resampled_t(x, resamples, seed)
    low, high = np.sort(t)[:, [tail - 1, resamples - tail]].T
    mean, error = x.mean(1), x.std(1, ddof=1) / x.shape[1] ** 0.5
    intervals = [
        Interval(mean=middle, low=bottom, high=top)
        for middle, bottom, top in np.stack([mean, mean - high * error, mean - low * error], 1)
    ]
    return [
        student_interval(row, level) if count >= tail else interval
        for row, count, interval in zip(x, flat, intervals, strict=True)
    ]


def _resampled_t(x: Floats, resamples: int, seed: int) -> tuple[Floats, Floats]:
    """Student's t of each resample of each row, [k, resamples], and how many of a row's have no
    spread, [k]."""
    n, centred = x.shape[1], x - x.mean(1, keepdims=True)
    counts = _resample_counts(n, resamples, seed)
    means, squares = centred @ counts, centred**2 @ counts
    means /= n
    # n times the variance, in place: fresh memory takes as long as the arithmetic
    squares -= n * means**2
    spread = np.sqrt(np.maximum(squares, 0, out=squares), out=squares)
    flat = spread <= 1e-9 * spread.max(1, keepdims=True)
    spread /= (n * (n - 1)) ** 0.5
    t = np.divide(means, spread, out=np.zeros_like(means), where=~flat)
    return t, flat.sum(1)


@lru_cache(maxsize=16)
def _resample_counts(n: int, resamples: int, seed: int) -> Floats:
    """How often each of n values stands in each resample, [n, resamples].

    Straight from the bit generator, whose stream numpy promises to keep; its distributions it may
    change.
    """
    bits = np.random.PCG64(seed).random_raw(resamples * n).reshape(resamples, n)
    picks = (bits >> np.uint64(32)) * np.uint64(n) >> np.uint64(32)
    places = picks.astype(np.int64) + n * np.arange(resamples)[:, None]
    counts = np.bincount(places.ravel(), minlength=resamples * n).reshape(resamples, n)
    return np.ascontiguousarray(counts.T, float)
