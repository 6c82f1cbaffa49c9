"""Intervals from independent blocks, each left out in turn.

A statistic is a row: its value over all M blocks, then over all but each.  Rows combine element by
element, so any function of them has its interval.  The jackknife: Tukey, 1958; Efron and Stein,
Annals of Statistics 9, 1981, who show that it errs towards wide intervals.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from ..specs.findings import Quantity

# 97.5% of the standard normal distribution.
NORMAL = 1.959964


def jackknife_mean(x: Tensor) -> Tensor:
    """Of one number a block: [M] -> [M + 1]."""
    rest = (x.sum() - x) / (len(x) - 1)
    return torch.cat([x.mean()[None], rest])


def jackknife_pairs(inner: Tensor) -> Tensor:
    """The mean over pairs of different blocks, [M, M] -> [M + 1]: unbiased for the inner product of
    two expectations, where ``inner`` holds those of the blocks' own estimates of them."""
    m, diagonal = len(inner), inner.diagonal()
    whole = inner.sum() - diagonal.sum()
    rest = whole - inner.sum(0) - inner.sum(1) + 2 * diagonal
    return torch.cat([whole[None] / (m * (m - 1)), rest / ((m - 1) * (m - 2))])


def student_quantile(freedom: int) -> float:
    """97.5% of Student's t, to three decimals from five degrees of freedom on: Abramowitz and
    Stegun 26.7.5."""
    x, n = NORMAL, freedom
    terms: tuple[float, ...] = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92_160,
    )
    return x + sum((term / float(n) ** k for k, term in enumerate(terms, 1)), 0.0)


def jackknife_interval(row: Tensor) -> Quantity:
    """On the scale of the statistic."""
    m = len(row) - 1
    if not row.isfinite().all():
        return Quantity(value=finite_number(row[0].item()))
    value, rest = row[0].item(), row[1:]
    deviation = math.sqrt((m - 1) * rest.var(correction=0).item())
    side = student_quantile(m - 1) * deviation
    return Quantity(value=value, low=value - side, high=value + side)


def positive_interval(row: Tensor) -> Quantity:
    """On the log scale, unless some of it is not positive."""
    return (
        transform_interval(safe_exp, jackknife_interval(row.log()))
        if (row > 0).all()
        else jackknife_interval(row)
    )


def safe_exp(x: float) -> float:
    return math.exp(x) if x < 700 else math.inf


def root_interval(row: Tensor) -> Quantity:
    """Of the signed root of a square that may have come out negative; the interval is that of the
    square."""
    return transform_interval(
        lambda x: math.copysign(math.sqrt(abs(x)), x), jackknife_interval(row)
    )


def cosine_interval(figure: Quantity) -> Quantity:
    """Of a cosine.  An estimate beyond one is off by the excess at least, so its other side gets as
    much."""
    if figure.value is None or figure.low is None or figure.high is None:
        return transform_interval(clip_cosine, figure)
    low, high = min(figure.low, 2 - figure.value), max(figure.high, -2 - figure.value)
    return transform_interval(clip_cosine, Quantity(value=figure.value, low=low, high=high))


def clip_cosine(x: float) -> float:
    return max(-1.0, min(1.0, x))


def transform_interval(to: Callable[[float], float], figure: Quantity) -> Quantity:
    """By a rising function."""
    ends = (figure.value, figure.low, figure.high)
    value, low, high = (None if x is None else finite_number(to(x)) for x in ends)
    return Quantity(value=value, low=low, high=high)


def finite_number(x: float) -> float | None:
    return x if math.isfinite(x) else None
