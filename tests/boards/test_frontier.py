"""Frontiers and profiles of boards made from values, against their definitions."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.comparisons.pareto import cost_frontier
from analysis.comparisons.profiles import WIDEST, performance_profiles

from .made import NAMES, made_board, made_table, scored_run

quick = settings(deadline=None, max_examples=40)
PLACES = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=1, max_size=len(NAMES))


@quick
@given(PLACES)
def test_the_frontier_is_its_definition(places):
    """Of (cost, bound) on a small lattice: ties in one, and in both, come often."""
    where = dict(zip(NAMES, places, strict=False))
    found = cost_frontier(
        made_table(
            {name: [float(y)] * 5 for name, (_, y) in where.items()},
            {n: c for n, (c, _) in where.items()},
        )
    )
    for point in found.points:
        x, y = where[point.label]
        beaten = any(a <= x and b <= y and (a, b) != (x, y) for a, b in where.values())
        assert point.frontier != beaten and point.cost == 100 * x
        assert set(point.beaten_by) == {name for name, (a, b) in where.items() if a <= x and b < y}
    assert [(p.cost, p.value.mean) for p in found.points] == sorted((100 * x, y) for x, y in places)


def test_what_is_not_ranked_or_has_no_cost_is_on_no_frontier():
    found = made_table({"half": [1.0] * 5, "nvil": [0.5] * 4, "muprop": [2.0] * 5}, {"half": 3.0})
    assert [point.label for point in cost_frontier(found).points] == ["half", "muprop"]
    unknown = [scored_run("half", seed, 1.0, seconds=None) for seed in range(5)]
    assert cost_frontier(made_board(unknown, {"half": {"name": "half"}}), "seconds").points == []


def test_a_cost_is_spent_until_the_value_was_logged():
    """Per step, times the median step."""
    steps = [100, 100, 80, 50, 40]
    runs = [
        scored_run("half", seed, 1.0, step=step, seconds=0.5) for seed, step in enumerate(steps)
    ]
    found = made_board(runs, {"half": {"name": "half"}})
    assert [point.cost for point in cost_frontier(found, "seconds").points] == [40.0]
    assert [point.cost for point in cost_frontier(found).points] == [240.0]


SPENT = st.sampled_from([10.0, 20.0, 35.0, 50.0, 300.0]) | st.none()  # none: never arrives
GRID = st.lists(st.lists(SPENT, min_size=4, max_size=4), min_size=1, max_size=3)
FOUR = NAMES[:4]


def reach(name, spends):
    """A board on which every estimator's five seeds spend the same, or never arrive."""
    runs = [
        scored_run(
            cell, seed, 1e3 if spent is None else spent, outcome="reached" if spent else "censored"
        )
        for cell, spent in zip(FOUR, spends, strict=False)
        for seed in range(5)
    ]
    found = made_board(
        runs, {cell: {"name": cell} for cell in FOUR}, axis="reach", target=9.0, budget=1e3
    )
    return found.model_copy(update={"benchmark_id": name})


def share(spends, place, tau):
    """The profile at tau, by its definition."""
    won = [
        own[place] is not None and own[place] <= tau * min(s for s in own if s is not None)
        for own in spends
    ]
    return sum(won) / len(spends)


@quick
@given(GRID)
def test_a_profile_is_the_share_of_benchmarks_won_within_tau(spends):
    found = {
        p.label: p
        for p in performance_profiles([reach(str(k), own) for k, own in enumerate(spends)]).profiles
    }
    for (place, name), tau in product(enumerate(FOUR), (1.0, 1.5, 2.0, 3.9, 40.0)):
        shown = [height for at, height in found[name].curve if at <= tau]
        assert (shown[-1] if shown else 0) == pytest.approx(share(spends, place, tau))
    taus = np.exp((np.arange(20_000) + 0.5) / 20_000 * np.log(WIDEST))
    for name in FOUR:
        ratios = np.array([found[name].ratios[str(k)] or np.inf for k in range(len(spends))])
        heights = (ratios[:, None] <= taus).mean(0)
        assert found[name].score == pytest.approx(heights.mean(), abs=1e-3)
    assert [p.score for p in found.values()] == sorted(
        (p.score for p in found.values()), reverse=True
    )


def test_who_does_not_run_is_no_winner_and_half_of_the_seeds_must_arrive():
    """Two of four arrive: the median never does; three of five: it does."""
    late = [
        scored_run(
            "nvil", seed, 40.0 if seed < 2 else 1e3, outcome="reached" if seed < 2 else "censored"
        )
        for seed in range(5)
    ]
    some = [e if e.seed != 4 else scored_run("nvil", 4, 60.0) for e in late]
    fast = [scored_run("half", seed, 20.0) for seed in range(5)]
    specs = {name: {"name": name} for name in ("half", "nvil")}
    asked = {"axis": "reach", "target": 9.0, "budget": 1e3}
    never, arrives = (made_board([*fast, *runs], specs, **asked) for runs in (late, some))
    alone = made_board(fast, {"half": specs["half"]}, **asked)
    assert {p.label: p.ratios["b"] for p in performance_profiles([never]).profiles} == {
        "half": 1.0,
        "nvil": None,
    }
    assert {p.label: p.ratios["b"] for p in performance_profiles([arrives]).profiles} == {
        "half": 1.0,
        "nvil": 3.0,
    }
    both = performance_profiles([arrives, alone.model_copy(update={"benchmark_id": "other"})])
    told = {p.label: (p.ran_on, p.ratios["other"], p.score) for p in both.profiles}
    assert told["half"] == (2, 1.0, 1.0) and told["nvil"][:2] == (1, None)
