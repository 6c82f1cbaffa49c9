"""Means whose intervals are taken on another scale and brought back."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from analysis.records.shapes import Interval
from analysis.records.thresholds import RESAMPLES
from analysis.statistics.bias import signed_root, signed_square
from analysis.statistics.intervals import mean_intervals
from analysis.statistics.student import Floats

Values = Sequence[float] | Floats


def _same(x: Floats) -> Floats:
    return x


class Scale(NamedTuple):
    """Where values are averaged, and the way back."""

    there: Callable[[Floats], Floats]
    back: Callable[[Floats], Floats]


PLAIN = Scale(_same, _same)
LOGARITHM = Scale(np.log, np.exp)
# of values that are logarithms
RATIO = Scale(_same, np.exp)
# of signed roots: their squares average without bias
SIGNED_ROOT = Scale(signed_square, signed_root)


def scaled_means(
    samples: Sequence[Values],
    scale: Scale,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> list[Interval | None]:
    """The mean of each sample with its interval; None of one without values."""
    some = [scale.there(np.asarray(x, float)) for x in samples if len(x)]
    intervals = iter(mean_intervals(some, level, resamples, seed))
    return [_brought_back(next(intervals), scale) if len(x) else None for x in samples]


def _brought_back(interval: Interval, scale: Scale) -> Interval:
    """One seed alone has no ends."""
    ends = (interval.low, interval.high)
    points = [interval.mean if end is None else end for end in (interval.mean, *ends)]
    mean, low, high = (float(end) for end in scale.back(np.array(points)))
    if interval.low is None:
        return Interval(mean=mean, low=None, high=None)
    return Interval(mean=mean, low=low, high=high)
