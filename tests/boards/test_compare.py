"""Pairs, frontiers, profiles and verification of boards whose truth is known."""

from dataclasses import replace
from math import log

import numpy as np
import pytest
from scipy import stats

from analysis.boards.compute import compute_board
from analysis.boards.shapes import Board, BoardQuery, Unanswerable
from analysis.boards.verify import verify_board
from analysis.comparisons.compare import UnknownCell, compare_cells
from analysis.comparisons.history import board_history
from analysis.comparisons.pareto import cost_frontier
from analysis.comparisons.profiles import performance_profiles

from .world import cut, definition, demo, run


def board(records, name="b", **query) -> Board:
    return compute_board(records, name, definition(), BoardQuery(**query))


def test_a_pair_is_compared_seed_by_seed():
    found = compare_cells(board(demo(seeds=8)), "half", "reinforce_loo")
    values = np.array([[seed.a, seed.b] for seed in found.seeds])
    test = stats.ttest_rel(values[:, 0], values[:, 1])
    assert found.p == pytest.approx(test.pvalue)
    ends = test.confidence_interval(0.95)
    assert (found.difference.low, found.difference.high) == pytest.approx((ends.low, ends.high))
    gaps = values[:, 0] - values[:, 1]
    assert found.effect == pytest.approx(gaps.mean() / gaps.std(ddof=1))
    assert (found.better, found.wins, found.scale) == ("a", 8, "difference")
    assert found.verdict[0].startswith(
        "half is lower than reinforce_loo over 8 common seeds: half less reinforce_loo is -0."
    )
    swapped = compare_cells(board(demo(seeds=8)), "reinforce_loo", "half")
    assert (swapped.better, swapped.wins, swapped.p) == ("b", 0, found.p)


def test_a_pair_chosen_beforehand_does_not_pay_for_the_others():
    whole = board(demo(seeds=8))
    adjusted = {(pair.first, pair.second): pair.p for pair in whole.pairs}
    for first, second in adjusted:
        assert compare_cells(whole, first, second).p <= adjusted[first, second]


def test_an_open_pair_says_what_would_settle_it():
    found = compare_cells(board(demo()), "half", "straight_through")
    assert (
        found.better is None
        and found.more_seeds
        and f"{found.more_seeds:,} more seeds" in found.verdict[1]
    )
    assert found.verdict[0].startswith("5 common seeds do not tell half from straight_through")


def test_spends_are_compared_as_ratios():
    fast = [run("half", seed=s, speed=600, noise=0.02) for s in range(6)]
    slow = [run("nvil", seed=s, speed=1_800, noise=0.02) for s in range(6)]
    found = compare_cells(board(fast + slow, axis="reach", target=12.0), "nvil", "half")
    assert found.scale == "ratio" and found.difference.mean == pytest.approx(3, rel=0.05)
    assert found.difference.low <= found.difference.mean <= found.difference.high


def test_too_few_common_seeds_claim_nothing():
    few = [run("half", seed=s) for s in range(4)] + [run("nvil", seed=s, end=11) for s in range(5)]
    found = compare_cells(board(few), "half", "nvil")
    assert found.better is None and found.verdict == [
        "half and nvil share 4 seeds; a claim wants 5."
    ]
    apart = compare_cells(board([run("half"), run("nvil", seed=1)]), "half", "nvil")
    assert apart.difference is None and apart.seeds == []


def test_an_unknown_estimator_is_named_with_those_there_are():
    with pytest.raises(UnknownCell, match="There is no halve on this board; there are half;"):
        compare_cells(board(demo()), "halve", "half")


def test_the_frontier_is_what_nothing_beats_on_both():
    """half, straight_through and the likelihood ratios cost 3 evaluations, muprop 6, leave-one-out
    12."""
    found = cost_frontier(board(demo()))
    assert {point.label for point in found.points if point.frontier} == {"half"}
    points = {point.label.split(",")[0]: point for point in found.points}
    assert (points["half"].cost, points["muprop"].cost) == (18_000, 36_000)
    names = {point.cell_id: point.label.split(",")[0] for point in found.points}
    assert {names[cell] for cell in points["nvil"].beaten_by} == {"half", "straight_through"}
    assert points["muprop"].beaten_by == []
    cheap = [run("nvil", seed=s, end=12, evaluations=1) for s in range(5)]
    both = cost_frontier(board(cheap + [run("half", seed=s) for s in range(5)]))
    assert [point.frontier for point in both.points] == [True, True]
    with pytest.raises(Unanswerable):
        cost_frontier(board(demo(), axis="reach"))


def test_profiles_by_hand():
    """half wins both benchmarks; nvil takes twice as long on the first and never arrives on the
    second."""
    first = [
        run(name, seed=s, speed=speed, noise=1e-6)
        for name, speed in (("half", 1_000), ("nvil", 2_000))
        for s in range(5)
    ]
    second = [
        run(name, seed=s, end=end, noise=1e-6)
        for name, end in (("half", 9), ("nvil", 15))
        for s in range(5)
    ]
    boards = [
        board(runs, name, axis="reach", target=12.0) for name, runs in (("x", first), ("y", second))
    ]
    half, nvil = performance_profiles(boards).profiles
    assert half.ratios == {"x": 1, "y": 1} and half.score == 1 and half.curve[-1] == (1, 1)
    assert nvil.ratios == {"x": pytest.approx(2, rel=0.05), "y": None}
    assert nvil.curve == [(nvil.ratios["x"], 0.5)]
    assert nvil.score == pytest.approx(log(4 / nvil.ratios["x"]) / log(4) / 2)
    with pytest.raises(Unanswerable):
        performance_profiles([board(first)])
    with pytest.raises(Unanswerable):
        performance_profiles([boards[0], board(second, axis="reach", target=12.0, spend="evals")])


@pytest.mark.parametrize("kind", ["steps", "evals", "seconds", "reach"])
def test_a_board_verifies_against_its_runs(kind):
    records = demo()
    records[3] = cut(records[3], 1_000, "running", None)
    records[4] = replace(records[4], environment={"device_class": "loom"})
    later = [*records[:3], demo()[3], *records[4:], run("disarm")]
    found = verify_board(board(records, axis=kind), later)
    assert (found.agrees, found.missing, found.differences) == (True, [], [])


def test_a_board_that_was_doctored_does_not_verify():
    honest = board(demo())
    rows = [honest.rows[1], honest.rows[0], *honest.rows[2:]]
    swapped = verify_board(honest.model_copy(update={"rows": rows}), demo())
    assert not swapped.agrees and any("/rows/0/label" in line for line in swapped.differences)
    scored_runs = [honest.scored_runs[0].model_copy(update={"value": 1.0}), *honest.scored_runs[1:]]
    from_others = compute_board(demo(), "b", definition()).model_copy(
        update={"scored_runs": scored_runs}
    )
    found = verify_board(from_others, demo())
    assert any("/scored_runs/0/value: the board says 1.0" in line for line in found.differences)


def test_a_board_of_picked_seeds_does_not_verify():
    """Five of ten seeds of one estimator, the lucky ones."""
    records = demo(seeds=10)
    own = sorted(
        (r for r in records if r.estimator["name"] == "nvil"),
        key=lambda r: r.series["bound/test"].values[-1],
    )
    picked = [r for r in records if r not in own[5:]]
    found = verify_board(board(picked), records)
    assert not found.agrees and found.left_out == sorted(r.run_id for r in own[5:])


def test_missing_runs_are_named():
    honest, records = board(demo()), demo()
    found = verify_board(honest, records[1:])
    assert (found.agrees, found.missing) == (False, [records[0].run_id])


def test_history_tells_whether_new_code_changed_results():
    old = [
        replace(r, run_id="a" + r.run_id, environment={"version": "1", "code": "x"}) for r in demo()
    ]
    names = ("half", "nvil")
    new = [
        replace(r, run_id="b" + r.run_id, environment={"version": "1", "code": "y"})
        for r in demo()
        if r.estimator["name"] in names
    ]
    for record in new:
        values = record.series["bound/test"].values
        values[:] = [value + 0.5 * (record.estimator["name"] == "half") for value in values]
    first, second = board_history(old + new, "b", definition(), BoardQuery()).versions
    assert [(v.code, v.runs) for v in (first, second)] == [("x", 30), ("y", 10)]
    assert all(result.change is None and result.verdict is None for result in first.results)
    changes = {result.label: result for result in second.results}
    assert changes["half"].verdict == "worse" and changes["half"].change.mean == pytest.approx(0.5)
    assert changes["nvil"].verdict == "open" and changes["nvil"].change.mean == 0
    assert board_history([], "b", definition(), BoardQuery()).versions == []
