"""Intervals from independent blocks, each left out in turn.

A statistic is a row: its value over all M blocks, then over all but each.  Rows combine element by
element, so any function of them has its interval.  The jackknife: Tukey, 1958; Efron and Stein,
Annals of Statistics 9, 1981, who show that it errs towards wide intervals.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from ..specs.probe import Figure

NORMAL = 1.959964  # 97.5% of the standard normal distribution


def mean(x: Tensor) -> Tensor:
    """Of one number a block: [M] -> [M + 1]."""
    rest = (x.sum() - x) / (len(x) - 1)
    return torch.cat([x.mean()[None], rest])


def pairs(inner: Tensor) -> Tensor:
    """The mean over pairs of different blocks, [M, M] -> [M + 1]: unbiased for the inner product of
    two expectations, where ``inner`` holds those of the blocks' own estimates of them."""
    m, diagonal = len(inner), inner.diagonal()
    whole = inner.sum() - diagonal.sum()
    rest = whole - inner.sum(0) - inner.sum(1) + 2 * diagonal
    return torch.cat([whole[None] / (m * (m - 1)), rest / ((m - 1) * (m - 2))])


def quantile(freedom: int) -> float:
    """97.5% of Student's t: Abramowitz and Stegun 26.7.5, to three decimals from five degrees on."""
    x, n = NORMAL, freedom
    terms = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92_160,
    )
    return x + sum(term / n**k for k, term in enumerate(terms, 1))


def interval(row: Tensor) -> Figure:
    """On the scale of the statistic."""
    m = len(row) - 1
    if not row.isfinite().all():
        return Figure(value=number(row[0].item()))
    value, rest = row[0].item(), row[1:]
    deviation = math.sqrt((m - 1) * rest.var(correction=0).item())
    side = quantile(m - 1) * deviation
    return Figure(value=value, low=value - side, high=value + side)


def positive(row: Tensor) -> Figure:
    """On the log scale, unless some of it is not positive."""
    return carried(exp, interval(row.log())) if (row > 0).all() else interval(row)


def exp(x: float) -> float:
    return math.exp(x) if x < 700 else math.inf


def rooted(row: Tensor) -> Figure:
    """Of the signed root of a square that may have come out negative; the interval is the square's."""
    return carried(lambda x: math.copysign(math.sqrt(abs(x)), x), interval(row))


def within_one(figure: Figure) -> Figure:
    """Of a cosine.  An estimate beyond one is off by the excess at least, so its other side gets as
    much."""
    if figure.value is None or figure.low is None or figure.high is None:
        return carried(clipped, figure)
    low, high = min(figure.low, 2 - figure.value), max(figure.high, -2 - figure.value)
    return carried(clipped, Figure(value=figure.value, low=low, high=high))


def clipped(x: float) -> float:
    return max(-1.0, min(1.0, x))


def carried(to: Callable[[float], float], figure: Figure) -> Figure:
    """By a rising function."""
    ends = (figure.value, figure.low, figure.high)
    value, low, high = (None if x is None else number(to(x)) for x in ends)
    return Figure(value=value, low=low, high=high)


def number(x: float) -> float | None:
    return x if math.isfinite(x) else None
