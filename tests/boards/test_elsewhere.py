"""Our statistics against other packages', where these have the same: their answers are kept, and
``python -m benchmarks.elsewhere`` asks them again."""

import json
from pathlib import Path

import numpy as np
import pytest

from analysis.ledger.profiles import share_curve
from analysis.ledger.standings import average_ranks, critical_difference, friedman_p
from analysis.statistics import holm_adjusted
from analysis.statistics.sizes import improvement_chances, interquartile_mean, median_interval
from analysis.statistics.wins import paired_wins
from benchmarks.elsewhere import ODD, made_medians, made_values

THEIRS = json.loads(Path(__file__).with_name("elsewhere.json").read_text())


def test_wins_are_statsmodels_sign_tests_under_its_holm():
    """Ties leave the test there too."""
    said, pairs = THEIRS["sign_tests"], paired_wins(made_values())
    assert pairs.ties.any() and (np.array(said["holm"]) <= 0.05).any()
    assert pairs.adjusted == pytest.approx(said["holm"])
    assert holm_adjusted(said["p"]) == pytest.approx(said["holm"])


def test_the_critical_difference_parts_the_pairs_that_scikit_posthocs_does():
    """At every level, as its p-values are of the same distribution."""
    medians, p = made_medians(), np.array(THEIRS["nemenyi"])
    means = average_ranks(medians).mean(0)
    gaps = np.abs(means[:, None] - means)
    assert (p < 0.05).any() and (p > 0.9).any()
    for level in (0.5, 0.9, 0.95, 0.99):
        least = critical_difference(medians.shape[1], len(medians), level)
        assert ((gaps > least) == (p < 1 - level)).all()


def test_standings_are_autoranks():
    """Its quantile of ranges is statsmodels' approximation, good to four digits."""
    medians, said = made_medians(), THEIRS["standings"]
    assert average_ranks(medians).mean(0) == pytest.approx(said["mean_ranks"])
    assert friedman_p(medians) == pytest.approx(said["p"])
    difference = critical_difference(medians.shape[1], len(medians), 0.95)
    assert difference == pytest.approx(said["difference"], rel=1e-4)


def test_arrivals_and_medians_are_lifelines_kaplan_and_meier():
    """Who never arrived is censored at the budget there, and infinite here."""
    lost = 0
    for said, column in zip(THEIRS["survival"], made_values()[:ODD].T, strict=True):
        times = np.where(column <= said["budget"], column, np.inf)
        lost += int(np.isinf(times).sum())
        assert np.array(share_curve(list(times))) == pytest.approx(np.array(said["arrived"]))
        assert median_interval(times).mean == pytest.approx(said["median"])
    assert lost and any(said["median"] == np.inf for said in THEIRS["survival"])


def test_robust_sizes_are_rliables():
    """Its chance is over all pairs of runs, ours over seeds: turned seed by seed, ours come to
    it."""
    values, said = made_values(), THEIRS["sizes"]
    ours = [interquartile_mean(column).mean for column in values.T]
    assert ours == pytest.approx(said["interquartile_means"])
    for column, wanted in zip(values.T[1:], said["first_below"], strict=True):
        turns = [np.stack([values[:, 0], np.roll(column, k)], 1) for k in range(len(values))]
        chances = [improvement_chances(turn)[0].mean for turn in turns]
        assert np.mean(chances) == pytest.approx(wanted)
