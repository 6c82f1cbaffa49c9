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
    """Fewest diverged seeds, then the least mean, then the least rate; over the seeds of all
    settings."""
    seeds = {
        rate: {s for r, s in grid if r == rate} for rate in RATES if any(r == rate for r, _ in grid)
    }
    common = set.intersection(*seeds.values())
    full = [rate for rate in seeds if len(seeds[rate]) >= 5] or list(seeds)

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
