"""Intervals, pairs, ranks and power, against scipy.stats and figures that can be done by hand."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from analysis.statistics import (
    Interval,
    bootstrap_intervals,
    holm_adjusted,
    mean_interval,
    mean_intervals,
    missing_seeds,
    paired_tests,
    rank_sets,
    student_interval,
    tie_groups,
    visible_difference,
)


def test_students_interval_is_scipys():
    x = np.random.default_rng(0).normal(3, 2, 7)
    ours = student_interval(x)
    assert ours.mean == pytest.approx(x.mean())
    assert (ours.low, ours.high) == pytest.approx(stats.ttest_1samp(x, 0).confidence_interval(0.95))


def test_one_value_has_no_ends_and_none_no_mean():
    assert student_interval([2.0]) == Interval(mean=2.0, low=None, high=None)
    with pytest.raises(ValueError, match="a mean wants a value"):
        student_interval([])


def test_bootstrap_t_is_its_definition():
    """A plain loop over the same resamples, their t sorted."""
    x, resamples = np.random.default_rng(1).lognormal(size=12), 199
    bits = np.random.PCG64(5).random_raw(resamples * 12).reshape(resamples, 12)
    t = sorted(
        (draw.mean() - x.mean()) / (draw.std(ddof=1) / 12**0.5)
        for draw in (x[(row >> np.uint64(32)) * np.uint64(12) >> np.uint64(32)] for row in bits)
    )
    error = x.std(ddof=1) / 12**0.5
    wanted = (x.mean(), x.mean() - t[194] * error, x.mean() - t[4] * error)
    [ours] = bootstrap_intervals([x], 0.95, resamples, seed=5)
    assert (ours.mean, ours.low, ours.high) == pytest.approx(wanted)


def test_bootstrap_t_agrees_with_scipys_studentised_bootstrap_in_the_long_run():
    """On a skewed sample, where Student's interval is elsewhere."""
    x = np.random.default_rng(2).exponential(size=40)
    draws = np.random.default_rng(3).choice(x, (40_000, 40))
    t = (draws.mean(1) - x.mean()) / (draws.std(1, ddof=1) / 40**0.5)
    error = x.std(ddof=1) / 40**0.5
    wanted = x.mean() - np.quantile(t, (0.975, 0.025)) * error
    [ours] = bootstrap_intervals([x])
    assert (ours.low, ours.high) == pytest.approx(wanted, abs=0.05 * error)
    assert abs(student_interval(x).high - wanted[1]) > 0.2 * error


def test_the_same_seeds_give_the_same_interval_and_others_do_not():
    x = np.random.default_rng(4).normal(size=15)
    assert (
        bootstrap_intervals([x], seed=1)
        == bootstrap_intervals([x], seed=1)
        != bootstrap_intervals([x], seed=2)
    )


def test_ten_values_are_resampled_and_nine_are_not():
    x = np.random.default_rng(5).lognormal(size=10)
    assert [mean_interval(x)] == bootstrap_intervals([x]) != [student_interval(x)]
    assert mean_interval(x[:9]) == student_interval(x[:9])


def test_samples_of_all_sizes_together_have_the_intervals_of_each():
    """To sums in another order; one without spread beside them changes nothing."""
    generator = np.random.default_rng(7)
    samples = [generator.lognormal(size=size) for size in (12, 1, 20, 12, 9)] + [[3.0] * 12]
    for together, x in zip(mean_intervals(samples), samples, strict=True):
        alone = mean_interval(x)
        assert (together.mean, together.low, together.high) == pytest.approx(
            (alone.mean, alone.low, alone.high), rel=1e-12
        )


@pytest.mark.parametrize("x", [[3.0] * 12, [3.0] * 11 + [4.0]])
def test_values_without_spread_fall_back_on_student(x):
    assert bootstrap_intervals([x]) == [student_interval(x)]


def test_pairs_are_scipys_paired_t_tests_under_holm():
    values = np.random.default_rng(6).normal(size=(8, 4)) + [0, 0.5, 1, 3]
    pairs = paired_tests(values)
    every = list(combinations(range(values.shape[1]), 2))
    assert list(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)) == every
    tests = [
        stats.ttest_rel(values[:, i], values[:, j])
        for i, j in zip(pairs.first, pairs.second, strict=True)
    ]
    ranked = sorted(range(6), key=lambda k: tests[k].pvalue)
    for place, k in enumerate(ranked):
        wanted = max(min(1, (6 - m) * tests[ranked[m]].pvalue) for m in range(place + 1))
        assert pairs.adjusted[k] == pytest.approx(wanted)
        ends = tests[k].confidence_interval(0.95)
        assert (pairs.low[k], pairs.high[k]) == pytest.approx((ends.low, ends.high))


def test_a_pair_is_compared_on_the_seeds_that_it_shares():
    values = np.random.default_rng(7).normal(size=(9, 3))
    holes = values.copy()
    holes[:2, 0] = np.nan
    pairs, part = paired_tests(holes), paired_tests(values[2:])
    assert pairs.seeds.tolist() == [7, 7, 9]
    assert pairs.mean[:2] == pytest.approx(part.mean[:2]) and pairs.spread[:2] == pytest.approx(
        part.spread[:2]
    )
    holes[2:8, 1] = np.nan
    with pytest.raises(ValueError, match="fewer than two seeds"):
        paired_tests(holes)


def test_equal_twins_are_one_and_constant_gaps_are_certain():
    x = np.arange(5.0)
    assert paired_tests(np.stack([x, x, x + 1], 1)).adjusted.tolist() == [1, 0, 0]


def test_holm_by_hand():
    assert holm_adjusted([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_one_estimator_alone_has_no_pairs():
    assert len(paired_tests(np.zeros((5, 1))).adjusted) == 0
    assert rank_sets(np.zeros((1, 1), bool)) == [(1, 1)]


def test_ranks_and_groups_by_hand():
    """a beats c and d, b beats d: a 1-2, b 1-3, c 2-4, d 3-4."""
    better = np.zeros((4, 4), bool)
    better[0, 2] = better[0, 3] = better[1, 3] = True
    ranks = rank_sets(better)
    assert ranks == [(1, 2), (1, 3), (2, 4), (3, 4)]
    assert tie_groups(ranks) == [1, 1, 2, 3]
    assert tie_groups([(2, 4), (1, 1), (2, 4), (2, 4)]) == [2, 1, 2, 2]


def test_power_by_simulation():
    """What the board is said to see with 80% chance is seen that often."""
    generator, gap = (
        np.random.default_rng(8),
        float(visible_difference(np.float64(1), np.float64(12), 1)),
    )
    seen = stats.ttest_1samp(generator.normal(gap, 1, (20_000, 12)), 0, axis=1).pvalue < 0.05
    assert seen.mean() == pytest.approx(0.8, abs=0.02)


def test_missing_seeds():
    """The fewest that show the difference, of all pairs at once; 0 where no plan does."""
    gaps, spreads, seeds = (
        [0.5, 1e-4, 5.0, -0.5, 0.05],
        [1.0, 1.0, 1.0, 2.0, 1.0],
        [10, 10, 10, 7, 5],
    )
    more = missing_seeds(gaps, spreads, seeds, pairs=6)
    for k in (0, 3, 4):
        totals = np.array([seeds[k] + more[k] - 1, seeds[k] + more[k]])
        before, after = spreads[k] * visible_difference(1.0, totals, 6)
        assert after <= abs(gaps[k]) < before
    assert more[1:3].tolist() == [0, 1]
