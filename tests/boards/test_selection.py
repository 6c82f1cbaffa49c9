"""Which setting speaks for an estimator, against the rule said another way."""

from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.boards.selection import choose_setting
from analysis.boards.shapes import BoardQuery

from .made import scored_run

RATES = (0.001, 0.01, 0.1)
BOUNDS = st.integers(0, 12).map(lambda n: 5 + n / 4)  # few values, so that ties come
GRID = st.dictionaries(
    st.tuples(st.sampled_from(RATES), st.integers(0, 7)),
    BOUNDS | st.none(),
    min_size=1,
    max_size=20,
)
quick = settings(deadline=None, max_examples=60)


def made(grid):
    return [scored_run("c", seed, bound, rate=rate) for (rate, seed), bound in grid.items()]


def ruled(grid):
    """Fewest diverged seeds, then the least mean, then the least rate; of settings with five seeds
    where there are any, over the seeds that those share, if five."""
    seeds = {
        rate: {s for r, s in grid if r == rate} for rate in RATES if any(r == rate for r, _ in grid)
    }
    sound = [rate for rate in seeds if len(seeds[rate]) >= 5]
    full = sound or list(seeds)
    common = set.intersection(*(seeds[rate] for rate in full))
    if sound and len(common) < 5:
        common = set()

    def merit(rate):
        asked = [grid[rate, seed] for seed in (common or seeds[rate])]
        known = [bound for bound in asked if bound is not None]
        return len(asked) - len(known), fmean(known) if known else float("inf"), rate

    return min(full, key=merit)


@quick
@given(GRID)
def test_the_best_on_validation_speaks(grid):
    found = choose_setting(made(grid), BoardQuery())
    rate = ruled(grid)
    assert {e.setting["learning_rate"] for e in found.scored_runs} == {rate}
    assert {e.seed for e in found.scored_runs} == {seed for r, seed in grid if r == rate}
    assert found.grid == len({r for r, _ in grid})


@quick
@given(GRID, st.randoms(use_true_random=False))
def test_neither_order_nor_test_values_choose(grid, random):
    scored_runs = made(grid)
    shuffled = random.sample(scored_runs, len(scored_runs))
    flattered = [e.model_copy(update={"value": random.random()}) for e in scored_runs]
    chosen = [choose_setting(some, BoardQuery()) for some in (scored_runs, shuffled, flattered)]
    assert (
        len({(c.scored_runs[0].setting["learning_rate"], c.grid, c.near_best) for c in chosen}) == 1
    )


@quick
@given(GRID, st.sampled_from([-3.0, 0.5, 4.0]))
def test_near_is_within_a_nat_wherever_zero_is(grid, shift):
    """And the best is near itself, unless every setting lost a seed."""
    moved = {place: None if bound is None else bound + shift for place, bound in grid.items()}
    near = choose_setting(made(grid), BoardQuery()).near_best
    assert near == choose_setting(made(moved), BoardQuery()).near_best
    assert near is None or 1 / len({rate for rate, _ in grid}) <= near <= 1


def test_a_rate_that_was_tried_on_one_seed_decides_nothing():
    """Of ten seeds 0.01 is best on average, and not on the one that 0.1 was tried on."""
    grid = {(0.01, seed): 9.0 + (seed == 0) for seed in range(10)}
    grid |= {(0.001, seed): 9.5 for seed in range(10)} | {(0.1, 0): 8.0}
    found = choose_setting(made(grid), BoardQuery())
    assert {e.setting["learning_rate"] for e in found.scored_runs} == {0.01}
    assert len(found.scored_runs) == 10 and found.grid == 3


def test_rates_that_are_all_censored_are_told_apart_by_where_they_end():
    runs = [
        scored_run("c", seed, 100.0, rate=rate, outcome="censored", validation_end=end)
        for rate, end in ((0.001, 12.0), (0.01, 10.0), (0.1, 11.0))
        for seed in range(5)
    ]
    found = choose_setting(runs, BoardQuery(axis="reach", target=9.0))
    assert {e.setting["learning_rate"] for e in found.scored_runs} == {0.01}


def test_near_by_hand():
    bounds = {0.001: 10.0, 0.01: 9.0, 0.1: 10.01}
    grid = {(rate, seed): bound for rate, bound in bounds.items() for seed in range(5)}
    assert choose_setting(made(grid), BoardQuery()).near_best == pytest.approx(2 / 3)
    assert choose_setting(made(grid | {(0.001, 3): None}), BoardQuery()).near_best == pytest.approx(
        1 / 3
    )
    spends = {
        (rate, seed): spent
        for rate, spent in zip(RATES, (100.0, 199.0, 201.0), strict=True)
        for seed in range(5)
    }
    assert choose_setting(
        made(spends), BoardQuery(axis="reach", target=1.0)
    ).near_best == pytest.approx(2 / 3)
    lost = choose_setting(made(dict.fromkeys(grid)), BoardQuery())
    assert lost.near_best is None and lost.grid == 3 and len(lost.scored_runs) == 5
    assert choose_setting([], BoardQuery()) == ([], 0, None)
