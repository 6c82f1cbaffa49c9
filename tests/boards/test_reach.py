"""What an estimator spends until a target."""

from math import e, log

import numpy as np
import pytest

from analysis.boards.compute import compute_board
from analysis.boards.shapes import Board, BoardQuery
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


def test_runs_that_never_arrive_count_with_the_whole_budget():
    fast = [run("half", seed=s) for s in range(6)]
    never = [run("nvil", seed=s, end=15.0) for s in range(5)]
    gone = cut(run("nvil", seed=5, end=15.0), 1_000, "succeeded", "diverged")
    found = board([*fast, *never, gone], target=10.0)
    row = found.rows[1]
    assert (row.censored, row.diverged, row.seeds) == (5, 1, 6)
    assert row.value.mean == pytest.approx(6_000) and row.ranks == (2, 2)
    assert "nvil: 5/6 seeds never got there; they count with the whole budget." in found.verdict


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
