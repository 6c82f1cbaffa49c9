"""Wins over paired seeds: against scipy's exact test, closed testing, and figures done by hand."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.statistics import holm_adjusted
from analysis.statistics.sizes import (
    binomial_interval,
    equivalent_pairs,
    interquartile_mean,
    median_interval,
)
from analysis.statistics.wins import (
    better_pairs,
    differences,
    order_ends,
    paired_wins,
    sorted_median,
    stopping_level,
    upper_tail,
    wins_needed,
)
from benchmarks.claims import METHODS, called_better, false_claims
from benchmarks.noise import WORLDS

INF, NAN = np.inf, np.nan


def ends(interval):
    """The interval's figures, to be compared at once."""
    return interval.mean, interval.low, interval.high


def test_a_tail_is_scipys_binomtest():
    for trials in range(31):
        for successes in range(trials + 1):
            wanted = (
                stats.binomtest(successes, trials, alternative="greater").pvalue if trials else 1
            )
            assert upper_tail(successes, trials) == pytest.approx(wanted, rel=1e-12)


def test_one_pair_is_the_two_sided_sign_test():
    """8 of 10 seeds are not enough for two estimators, 9 are."""
    values = np.zeros((10, 2))
    values[:, 1] = [1, 1, 1, 1, 1, 1, 1, 1, 1, -1]
    pairs = paired_wins(values)
    assert (pairs.wins[0], pairs.losses[0]) == (9, 1)
    assert pairs.adjusted[0] == pytest.approx(stats.binomtest(9, 10).pvalue)
    assert better_pairs(pairs, 2).tolist() == [[False, True], [False, False]]
    values[8, 1] = -1
    assert not better_pairs(paired_wins(values), 2).any()


def closed_testing(p: list[float]) -> list[float]:
    """Holm by its definition: the largest Bonferroni p-value of all sets that hold the claim."""
    sets = [s for size in range(1, len(p) + 1) for s in combinations(range(len(p)), size)]
    return [
        min(1.0, max(len(s) * min(p[j] for j in s) for s in sets if i in s)) for i in range(len(p))
    ]


def test_all_pairs_are_adjusted_at_once():
    values = np.random.default_rng(0).normal(size=(20, 3)) + [0, 0.4, 2.5]
    pairs = paired_wins(values)
    tests = [stats.binomtest(int(count), 20).pvalue for count in pairs.wins]
    assert pairs.adjusted == pytest.approx(closed_testing(tests))
    assert 0 < (pairs.adjusted <= 0.05).sum() < 3


def test_who_is_lost_loses_two_of_them_tie_and_who_is_missing_wins_nothing():
    values = np.array([[1.0, INF], [INF, 1.0], [INF, INF], [NAN, 1.0], [2.0, NAN], [3.0, 3.0]])
    pairs = paired_wins(values)
    assert [int(n[0]) for n in (pairs.wins, pairs.losses, pairs.ties, pairs.missing)] == [
        1,
        1,
        2,
        2,
    ]
    with pytest.raises(ValueError, match="infinity for a lost seed"):
        paired_wins([[-INF, 0.0]])


def test_seeds_that_were_taken_away_make_no_claim():
    """Twenty equal seeds of which those that the first lost were deleted: ten wins of ten."""
    values = np.zeros((20, 2))
    values[:, 1] = [1] * 10 + [-1] * 10
    values[10:, 0] = NAN
    assert not better_pairs(paired_wins(values), 2).any()
    assert better_pairs(paired_wins(values[:10]), 2)[0, 1]


def test_a_claim_wants_more_wins_the_more_is_compared():
    assert wins_needed(10, 0.025) == 9
    assert wins_needed(20, 0.05 / (7 * 6)) == 18
    assert wins_needed(20, 0.05 / (30 * 29)) == 19
    assert wins_needed(5, 0.025) is None
    assert wins_needed(0, 0.025) is None


@given(
    st.integers(2, 5).flatmap(
        lambda k: st.lists(
            st.lists(st.sampled_from([-2.0, -1, 0, 1, 2, INF, NAN]), min_size=k, max_size=k),
            min_size=1, max_size=25,
        )
    ),
    st.integers(1, 3),
)  # fmt: skip
def test_the_interval_holds_zero_exactly_if_nothing_is_claimed(rows, looks):
    values = np.array(rows)
    pairs = paired_wins(values, looks=looks)
    claims = better_pairs(pairs, values.shape[1])
    assert ((pairs.high < 0) == claims[pairs.first, pairs.second]).all()
    assert ((pairs.low > 0) == claims[pairs.second, pairs.first]).all()
    assert not (claims & claims.T).any()


@given(st.lists(st.floats(1e-9, 1), min_size=1, max_size=20))
def test_the_stopping_level_parts_what_holm_rejects_from_the_rest(p):
    level = stopping_level(np.array(p), 0.05)
    assert ((np.array(p) <= level) == (holm_adjusted(p) <= 0.05)).all()


def test_turning_the_estimators_around_turns_the_claims_around():
    values = np.random.default_rng(1).normal(size=(20, 4)) + [0, 1, 2, 3]
    claims = better_pairs(paired_wins(values), 4)
    assert claims.any()
    assert (better_pairs(paired_wins(values[:, ::-1]), 4) == claims[::-1, ::-1]).all()


def test_more_looks_want_more():
    values = np.zeros((8, 2))
    values[:, 1] = 1
    assert (
        better_pairs(paired_wins(values), 2)[0, 1]
        and better_pairs(paired_wins(values, looks=6), 2)[0, 1]
    )
    assert not better_pairs(paired_wins(values, looks=7), 2).any()


def test_one_estimator_alone_and_no_seeds_at_all():
    assert len(paired_wins(np.zeros((5, 1))).wins) == 0
    assert paired_wins(np.zeros((0, 2))).adjusted.tolist() == [1]


def test_order_statistics_by_hand():
    """Of ten values, the second and the ninth: 97.85%; five have no ends."""
    values = np.arange(1.0, 11)
    assert order_ends(values, 0, 0.025) == (2, 9)
    assert order_ends(values, 1, 0.025) == (1, 10)
    assert ends(median_interval([3, 1, 2, 6, 5, 4])) == (3.5, 1, 6)
    assert ends(median_interval([1, 2, 3, 4, INF]))[1:] == (-INF, INF)


def test_medians_where_seeds_are_lost():
    assert sorted_median(np.array([1.0, 2, INF])) == 2
    assert sorted_median(np.array([1.0, INF])) == INF
    assert np.isnan(sorted_median(np.array([-INF, INF])))
    assert sorted_median(np.array([1e308, 1.2e308])) == pytest.approx(1.1e308)
    assert median_interval([1.0, INF, INF]).mean == INF


def test_the_interquartile_mean_is_scipys_trimmed_mean():
    x = np.random.default_rng(2).standard_t(3, 21)
    found = interquartile_mean(x)
    assert found.mean == pytest.approx(stats.trim_mean(x, 0.25))
    inner = np.sort(x)[5:16]
    error = np.asarray(stats.mstats.winsorize(x, (0.25, 0.25))).std(ddof=1) * 21**0.5 / 11
    half = stats.t.ppf(0.975, len(inner) - 1) * error
    assert ends(found)[1:] == pytest.approx((found.mean - half, found.mean + half))


def test_a_quarter_of_lost_seeds_leaves_the_interquartile_mean_alone():
    assert interquartile_mean([1, 2, 3, 4, 5, 6, INF, INF]).mean == 4.5
    assert ends(interquartile_mean([1, 2, 3, 4, 5, INF, INF, INF])) == (INF, -INF, INF)
    assert ends(interquartile_mean([2.0])) == (2, -INF, INF)
    with pytest.raises(ValueError, match="wants values"):
        interquartile_mean([])


def test_a_chance_is_scipys_and_agrees_with_the_sign_test():
    for trials in (1, 7, 20):
        for successes in range(trials + 1):
            test = stats.binomtest(successes, trials, alternative="greater")
            wanted = stats.binomtest(successes, trials).proportion_ci(method="exact")
            found = binomial_interval(successes, trials)
            assert ends(found)[1:] == pytest.approx((wanted.low, wanted.high))
            assert (found.low > 0.5) == (test.pvalue < 0.025)
    with pytest.raises(ValueError, match="wants a trial"):
        binomial_interval(0, 0)


def test_equivalence_is_two_sign_tests_and_not_the_lack_of_a_difference():
    """Five seeds of nearly the same are enough at 5% for one pair; of a gap of exactly the margin
    none are, and four are not."""
    values = np.zeros((5, 2))
    values[:, 1] = [0.1, -0.1, 0.2, 0.0, 0.1]
    assert equivalent_pairs(values, 0.3).all()
    assert not equivalent_pairs(values[:4], 0.3)[0, 1]
    assert not equivalent_pairs(values, 0.05)[0, 1]
    assert not equivalent_pairs(np.tile([0.0, 1.0], (9, 1)), 1.0)[0, 1]
    with pytest.raises(ValueError, match="above zero"):
        equivalent_pairs(values, 0.0)


def test_what_is_surely_better_may_be_equivalent_within_a_margin_too():
    values = np.zeros((12, 2))
    values[:, 1] = 0.1
    assert better_pairs(paired_wins(values), 2)[0, 1] and equivalent_pairs(values, 0.5)[0, 1]


def test_seeds_that_are_missing_or_lost_by_one_are_not_equivalent():
    values = np.zeros((8, 2))
    values[:4, 1] = INF
    assert not equivalent_pairs(values, 1.0)[0, 1]
    values[:4, 1] = NAN
    assert not equivalent_pairs(values, 1.0)[0, 1]
    assert equivalent_pairs(np.full((8, 2), INF), 1.0)[0, 1]


@pytest.mark.parametrize("noise", ["worst third of half missing", "40% never arrive", "ties"])
def test_the_simulation_is_of_this_code(noise):
    """What the table calls wins is ``paired_wins``, claim by claim."""
    world = WORLDS[noise](np.random.default_rng(3), (20, 20, 4))
    world.values[:, :, 1] -= 2
    first, second = np.triu_indices(4, 1)
    gaps = differences(world.values[:, :, first], world.values[:, :, second])
    simulated = called_better(METHODS["wins"], gaps, 4)
    assert simulated.any() and not simulated.all()
    for board, claims in zip(world.values, simulated, strict=True):
        assert (better_pairs(paired_wins(board), 4) == claims).all()


@pytest.mark.parametrize("noise", ["one stuck in 10%, equal means", "worst third of half missing"])
def test_wins_claim_nothing_false_where_means_do(noise):
    """1,000 boards of two with 10 seeds, and three standard errors beside the 5%."""
    found = false_claims(noise, 10, 2, 1_000)
    most = 0.05 + 3 * (0.05 * 0.95 / 1_000) ** 0.5
    assert found["wins"] <= most < found["paired t"]
