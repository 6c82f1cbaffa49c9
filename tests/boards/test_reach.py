"""What an estimator spends until a target."""

from math import e, log

import numpy as np
import pytest

from analysis.boards.asked import settle_query
from analysis.boards.compute import compute_board
from analysis.boards.shapes import Board, BoardQuery
from analysis.comparisons.profiles import performance_profiles
from analysis.records.readings import Reading, first_crossing

from .world import cut, definition, run


def board(records, **query) -> Board:
    return compute_board(records, "b", definition(), BoardQuery(axis="reach", **query))


def test_the_crossing_is_read_between_two_evaluations():
    points = [
        Reading(0, 0.0, 20.0),
        Reading(10, 100.0, 12.0),
        Reading(20, 200.0, 8.0),
        Reading(30, 300.0, 11.0),
    ]
    assert first_crossing(points, 12.0, 300) == Reading(10, 100.0, 12.0)
    assert first_crossing(points, 9.0, 300) == Reading(20, 175.0, 9.0)
    assert first_crossing(points, 9.0, 150) is None
    assert first_crossing(points, 7.0, 300) is None
    assert first_crossing(
        [Reading(0, 0.0, float("nan")), Reading(5, 50.0, 1.0)], 2.0, 99
    ) == Reading(5, 50.0, 1.0)


def test_three_times_slower_is_three_times_the_spend():
    fast = [run("half", seed=s, speed=600, noise=0.02) for s in range(6)]
    slow = [run("nvil", seed=s, speed=1_800, noise=0.02) for s in range(6)]
    found = board(fast + slow, target=12.0)
    quick, late = found.rows
    assert late.value.mean / quick.value.mean == pytest.approx(3, rel=0.05)
    assert found.pairs[0].better == quick.cell_id
    assert found.pairs[0].difference == pytest.approx(-log(3), abs=0.05)
    by_cost = board(
        fast + [run("muprop", seed=s, speed=600, noise=0.02) for s in range(6)],
        target=12.0,
        spend="evals",
    )
    assert {
        row.label: round(row.value.mean / 600 / log(13 / 3), 1) for row in by_cost.rows
    }.keys() == {
        "half",
        "muprop",
    }
    assert by_cost.unit == "evaluations of the cost per example"


def test_who_never_arrives_has_no_rank_and_who_seldom_does_loses_seed_by_seed():
    fast = [run("half", seed=s) for s in range(8)]
    never = [run("nvil", seed=s, end=15.0) for s in range(7)]
    gone = cut(run("nvil", seed=7, end=15.0), 1_000, "succeeded", "diverged")
    found = board([*fast, *never, gone], target=10.0)
    row = found.rows[1]
    assert (row.censored, row.diverged, row.seeds, row.value) == (7, 1, 8, None)
    assert row.ranks is None and row.unranked == "never arrived within the budget"
    seldom = board([*fast, *never, run("nvil", seed=7, speed=2_000)], target=10.0)
    row = seldom.rows[1]
    assert (row.value, row.ranks) == (None, (2, 2)) and seldom.pairs[0].better != row.cell_id
    assert seldom.pairs[0].p == pytest.approx(2 * 0.5**8) and seldom.pairs[0].difference is None
    assert "nvil: 7/8 seeds never got there; they lose to those that did." in seldom.verdict
    alone = board([run("nvil", seed=s, end=15.0 - 6 * (s == 0)) for s in range(5)], target=10.0)
    assert alone.verdict[0].endswith("nobody leads.")


def test_a_budget_does_not_invent_that_who_often_fails_is_faster():
    """300 steps or 300,000 in turn against 4,000: half of its seeds are beyond the budget, and
    nobody may call it faster, on the board or in the profile."""
    turns = [run("nvil", seed=s, speed=(100 if s % 2 else 1e5), noise=1e-6) for s in range(12)]
    steady = [run("half", seed=s, speed=2_000, noise=1e-6) for s in range(12)]
    found = board(turns + steady, target=11.0)
    rows = {row.label: row for row in found.rows}
    assert rows["nvil"].value is None and found.rows[0] == rows["half"]
    assert found.pairs[0].better is None
    told = {one.label: one.ratios["b"] for one in performance_profiles([found]).profiles}
    assert told == {"half": 1.0, "nvil": None}


def harder(records, nats=0.3):
    """Validation so much above test."""
    for record in records:
        lifted = [value + nats for value in record.series["bound/validation"].values]
        record.series["bound/validation"].values[:] = lifted
    return records


def test_rates_are_chosen_by_when_validation_meets_a_target_of_its_own():
    """Validation never meets the target of test: were it asked to, every rate would be censored,
    and the least would win the tie."""
    grid = [
        run("half", seed=s, rate=rate, speed=speed, noise=1e-3)
        for rate, speed in ((0.001, 3_000), (0.01, 400), (0.1, 1_500))
        for s in range(5)
    ]
    found = board(harder(grid), target=9.1)
    row = found.rows[0]
    assert found.query.validation_target == pytest.approx(9.1 + 0.35, abs=1e-6)
    assert row.setting["learning_rate"] == 0.01
    assert row.value.mean == pytest.approx(400 * log(13 / 0.1), rel=0.05)


def test_the_median_end_is_of_the_setting_that_validation_chooses():
    """Where test alone is low, nothing is chosen for it."""
    good, flattered = run("half", end=9.0, noise=0), run("half", rate=0.1, end=10.0, noise=0)
    flattered.series["bound/test"].values[:] = [
        value - 5 for value in flattered.series["bound/test"].values
    ]
    asked = settle_query([good, flattered], definition(), BoardQuery(axis="reach"))
    assert asked.target == pytest.approx(9 + 13 * e**-6, abs=1e-6)


def test_a_run_that_may_still_arrive_is_set_aside_and_one_that_has_is_not():
    runs = [cut(run("half", seed=s), step, "running", None) for s, step in ((0, 1_000), (1, 5_000))]
    found = board([*runs, run("half", seed=2)], target=10.0)
    assert [x.reason for x in found.excluded_runs] == ["running at step 1000"]
    assert {scored.seed for scored in found.scored_runs} == {1, 2}


def test_a_target_that_is_met_at_the_start_ranks_nobody():
    found = board([run("half", seed=s) for s in range(5)], target=30.0)
    assert {x.reason for x in found.excluded_runs} == {"meets the target before it starts"}
    assert found.rows[0].unranked == "0 of 5 seeds; 5 runs set aside"


def test_the_target_is_the_median_of_where_estimators_end():
    records = [
        run(name, seed=s, end=end, noise=1e-9)
        for name, end in (("half", 9), ("nvil", 11), ("rebar", 10))
        for s in range(2)
    ]
    wanted = 10 + 12 * e**-6
    assert board(records).query.target == pytest.approx(wanted)
    assert np.isfinite(board(records).query.budget)
