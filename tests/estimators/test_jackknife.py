"""Rows of leave-one-out values against loops, and intervals against what is known of them."""

import math

import pytest
import torch
from scipy import stats

from estimators.measuring.jackknife import (
    cosine_interval,
    jackknife_interval,
    jackknife_mean,
    jackknife_pairs,
    positive_interval,
    root_interval,
    student_quantile,
)


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def left_out(m):
    return [list(range(m)), *[[k for k in range(m) if k != out] for out in range(m)]]


def test_means_and_pairs_leave_each_block_out():
    x, inner = normal(6), normal(6, 6)
    torch.testing.assert_close(
        jackknife_mean(x), torch.stack([x[keep].mean() for keep in left_out(6)])
    )
    different = lambda keep: torch.stack([inner[i, j] for i in keep for j in keep if i != j]).mean()
    torch.testing.assert_close(
        jackknife_pairs(inner), torch.stack([different(keep) for keep in left_out(6)])
    )


@pytest.mark.parametrize("freedom, places", [(7, 4), (9, 4), (19, 5), (31, 6), (999, 6)])
def test_quantiles_are_those_of_student(freedom, places):
    assert round(abs(student_quantile(freedom) - stats.t.ppf(0.975, freedom)), places) == 0


def test_the_interval_of_a_mean_is_students():
    x = normal(12)
    found = jackknife_interval(jackknife_mean(x))
    low, high = stats.t.interval(0.95, 11, x.mean().item(), stats.sem(x.numpy()))
    assert math.isclose(found.value, x.mean()) and math.isclose(found.low, low, rel_tol=1e-3)
    assert math.isclose(found.high, high, rel_tol=1e-3)


def test_pairs_know_a_squared_mean_and_its_interval_covers_it():
    """Half the blocks' means are nought: there the statistic is degenerate, and the interval errs
    wide."""
    for offset in (0.0, 0.5):
        found = [
            root_interval(jackknife_pairs(x @ x.T))
            for x in (normal(12, 5, seed=s) + offset for s in range(300))
        ]
        covered = sum(f.low <= offset * 5**0.5 <= f.high for f in found)
        assert covered >= stats.binom.ppf(0.001, 300, 0.95)
        squares = torch.tensor([math.copysign(f.value**2, f.value) for f in found])
        assert abs(squares.mean() - 5 * offset**2) < 4.8 * squares.std() / 300**0.5


def test_scales():
    row = torch.cat([torch.tensor([2.0]), 2 + 0.1 * normal(8)])
    found, logs = positive_interval(row), jackknife_interval(row.log())
    assert math.isclose(found.low, math.exp(logs.low)) and math.isclose(
        found.high, math.exp(logs.high)
    )
    assert positive_interval(-row) == jackknife_interval(-row)
    wild = positive_interval(torch.tensor([1.0, *[1e-300, 1e300] * 4], dtype=torch.float64))
    assert wild.value == 1 and wild.low == 0 and wild.high is None
    nothing = positive_interval(torch.zeros(9))
    assert (nothing.value, nothing.low, nothing.high) == (0, 0, 0)
    assert root_interval(torch.full((9,), -0.25)).value == -0.5
    beyond = cosine_interval(jackknife_interval(torch.full((9,), 1.25)))
    assert (beyond.value, beyond.low, beyond.high) == (1, 0.75, 1)
    below = cosine_interval(jackknife_interval(torch.full((9,), -1.25)))
    assert (below.value, below.low, below.high) == (-1, -1, -0.75)
    some = jackknife_interval(torch.cat([row[:1], torch.full((8,), torch.nan)]))
    assert some.value == 2 and some.low is some.high is None
    assert jackknife_interval(torch.full((9,), -torch.inf)).value is None
