"""Do intervals cover, are equal estimators left equal, are different ones told apart?"""

import numpy as np
import pytest

from analysis.boards.verdict import EXPLORATORY
from analysis.statistics import paired_tests
from benchmarks.coverage import claims, covered, looked_again


@pytest.mark.parametrize(
    "noise, seeds, low, high",
    [
        ("normal", 5, 0.93, 0.97),
        ("normal", 10, 0.93, 0.97),
        ("log-normal 0.5", 10, 0.92, 0.97),
        ("log-normal 0.75", 10, 0.92, 0.97),
    ],
)
def test_95_percent_intervals_cover(noise, seeds, low, high):
    assert low <= covered(noise, seeds, 4_000) <= high


@pytest.mark.parametrize("noise", ["normal", "log-normal 1"])
def test_twenty_equal_estimators_are_left_equal(noise):
    """One board in twenty may claim something; 2,000 boards, and three standard errors
    beside that."""
    assert (claims(noise, 10, 20, 2_000) > 0).mean() <= 0.05 + 3 * (0.05 * 0.95 / 2_000) ** 0.5


def test_without_holm_equal_estimators_would_be_told_apart():
    """The simulation can see a procedure that claims too much: unadjusted, most boards do."""
    values = np.random.default_rng(0).normal(size=(200, 10, 20))
    pairs = [paired_tests(board) for board in values]
    assert np.mean([((p.low > 0) | (p.high < 0)).any() for p in pairs]) > 0.8


def test_power_grows_with_seeds_and_with_the_difference():
    small, large = claims("normal", 5, 7, 200, 1.0).mean(), claims("normal", 5, 7, 200, 4.0).mean()
    assert small < 0.3 < 0.7 < large
    assert claims("normal", 20, 7, 200, 1.0).mean() > 0.7


def test_to_look_again_until_a_pair_shows_costs_what_the_verdict_says():
    """13% by four looks, within three standard errors of 600 boards."""
    share = looked_again(7, (5, 10, 15, 20), 600)
    assert abs(share - 0.13) <= 3 * (0.13 * 0.87 / 600) ** 0.5
    assert "13% by four" in EXPLORATORY
