"""Boards of runs whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.boards.compute import compute_board, recompute_board
from analysis.boards.shapes import Board, BoardQuery, Method, Row, Unanswerable
from analysis.records.runs import Series
from analysis.tables.columns import board_columns

from .world import STEPS, cut, definition, demo, run


def board(records, refused=None, method=Method(), **query) -> Board:
    return compute_board(records, "b", definition(), BoardQuery(**query), method, refused or {})


def lowered(record, gap):
    series = record.series["bound/test"]
    series.values[:] = [value - gap for value in series.values]


def by_name(board: Board) -> dict[str, Row]:
    return {row.label.split(",")[0]: row for row in board.rows}


def test_the_order_is_the_known_one_and_the_close_ones_share_ranks():
    rows = by_name(board(demo()))
    assert {name: row.ranks for name, row in rows.items()} == {
        "half": (1, 3),
        "straight_through": (1, 3),
        "muprop": (1, 3),
        "reinforce_loo": (4, 4),
        "nvil": (5, 5),
        "reinforce": (6, 6),
    }
    assert [rows[name].group for name in ("half", "muprop", "reinforce_loo", "nvil")] == [
        1,
        1,
        2,
        3,
    ]
    assert all(row.provisional for row in rows.values())
    assert not any(row.provisional for row in board(demo(seeds=10)).rows)


def test_a_row_says_what_was_run_and_measured():
    row = by_name(board(demo()))["reinforce_loo"]
    last = [run for run in demo() if run.estimator["name"] == "reinforce_loo"]
    assert row.value and row.value.mean == pytest.approx(
        np.mean([r.series["bound/test"].values[-1] for r in last])
    )
    ratios = [r.series["gradient/log_ratio"].values[-1] for r in last]
    assert row.variance_ratio and row.variance_ratio.mean == pytest.approx(np.exp(np.mean(ratios)))
    assert row.declared and (row.declared.unbiased_for, row.declared.forward) == ("all", 4)
    assert (row.evaluations, row.measured_at, row.seeds) == (12, STEPS, 5)
    assert row.seconds == pytest.approx(
        np.median([r.series["seconds"].values[-1] / STEPS for r in last])
    )
    assert row.setting == {"learning_rate": 0.01, "momentum": 0.9} and row.grid == 1


def test_a_row_leads_to_what_the_oracle_found():
    rows = board(demo()).rows
    assert (
        all(row.certificate == f"/v1/estimators/{row.label.split(',')[0]}" for row in rows) and rows
    )


def test_a_boards_json_holds_all_that_recomputes_it():
    for kind in ("steps", "evals", "seconds", "reach"):
        whole = board(demo(), axis=kind)
        text = whole.model_dump_json()
        bare = Board.model_validate_json(text).model_copy(
            update={"rows": [], "pairs": [], "verdict": [], "visible": None}
        )
        assert recompute_board(bare) == whole
        assert recompute_board(bare).model_dump_json() == text


def test_the_order_of_the_records_does_not_matter():
    records = demo()
    assert board(records) == board(records[::-1])


def test_the_value_at_a_budget_is_the_last_within_it():
    records = demo()
    row = by_name(board(records, budget=1_250))["half"]
    wanted = np.mean(
        [r.series["bound/test"].values[2] for r in records if r.estimator["name"] == "half"]
    )
    assert row.value and row.value.mean == pytest.approx(wanted)
    assert {scored.step for scored in board(records, budget=1_250).scored_runs} == {1_000}


def test_equal_evaluations_are_fewer_steps_for_the_dear():
    found = board(demo(), axis="evals")
    assert found.query.budget == 18_000
    steps = {
        row.label: {e.step for e in found.scored_runs if e.cell_id == row.cell_id}
        for row in found.rows
    }
    assert steps["half"] == {6_000} and steps["reinforce_loo"] == {1_500}
    assert by_name(found)["reinforce_loo"].ranks == (6, 6)


def test_seconds_are_compared_on_equal_hardware_only():
    records = demo()
    records[0] = replace(records[0], environment=records[0].environment | {"device": "gpu"})
    found = board(records, axis="seconds")
    assert [(x.run_id, x.reason) for x in found.excluded_runs] == [
        (records[0].run_id, "ran on other hardware than most")
    ]
    assert board(records).excluded_runs == []


def test_unfinished_and_failed_runs_are_set_aside_with_the_reason():
    records = demo(seeds=6)
    records[0] = cut(records[0], 2_000, "running", None)
    records[1] = cut(records[1], 500, "failed", "oom")
    records[6] = cut(records[6], 3_000, "cancelled", "cancelled")
    found = board(records)
    assert [x.reason for x in found.excluded_runs] == [
        "running at step 2000",
        "failed (oom) at step 500",
        "cancelled at step 3000",
    ]
    assert by_name(found)["nvil"].ranks == (5, 5)
    lost = by_name(found)["reinforce"]
    assert lost.ranks is None and lost.unranked == "4 of 5 seeds; 2 runs set aside"
    assert by_name(board(records, budget=1_000))["reinforce"].ranks


def test_diverged_seeds_are_counted_and_cost_the_claim_to_be_better():
    records = demo()
    best = [i for i, r in enumerate(records) if r.estimator["name"] == "half"]
    more = [replace(records[i], run_id=records[i].run_id + "x", seed=100 + i) for i in best]
    gone = [cut(r, 1_000, "succeeded", "diverged") for r in more[:3]]
    found = board(records + gone)
    row = by_name(found)["half"]
    assert (row.seeds, row.diverged) == (5, 3)
    assert "half: 3/8 seeds diverged; its mean is over the others." in found.verdict
    assert not any(pair.better == row.cell_id for pair in found.pairs)
    assert any(pair.better == row.cell_id for pair in board(records).pairs)


@pytest.mark.parametrize("value", [np.nan, 1e308, -1e308])
def test_a_bound_that_is_no_number_is_a_divergence(value):
    """Nor is one whose square overflows."""
    records = demo()
    for record in records[:2]:
        record.series["bound/test"].values[-1] = value
    found = board(records)
    assert by_name(found)["reinforce"].diverged == 2
    assert "3, 2/5 diverged" in {board_columns(found)[8].text(row) for row in found.rows}
    late = board(records, axis="reach", target=9.5)
    assert np.isfinite(late.query.validation_target)


def test_a_run_that_logged_no_evaluations_says_so_and_settles_no_budget():
    records = demo()
    for record in records[:5]:
        del record.series["evaluations"]
    found = board(records, axis="evals")
    assert found.query.budget == 18_000
    assert {x.reason for x in found.excluded_runs} == {
        "logged no evaluations of the cost per example"
    }
    assert by_name(found)["reinforce"].unranked == "0 of 5 seeds; 5 runs set aside"
    none = board(records[:5], axis="evals")
    assert none.query.budget is None and Board.model_validate_json(none.model_dump_json()) == none


def test_who_seems_worse_than_another_does_not_lead_for_its_mean():
    """nvil is worse on every seed that both have; its mean is over easy seeds too."""
    easy = [run("nvil", seed=s, end=5.0) for s in range(20, 40)]
    both = [
        run(name, seed=s, end=end, noise=0.02)
        for name, end in (("nvil", 9.5), ("half", 9.0))
        for s in range(8)
    ]
    found = board(easy + both)
    assert [row.label for row in found.rows] == ["half", "nvil"]
    assert found.rows[1].value.mean < found.rows[0].value.mean
    assert "half leads" in found.verdict[0] and "Seem worse than half: nvil." in found.verdict


def test_cancelled_runs_of_a_ranked_row_are_said():
    gone = [cut(run("half", seed=s), 500, "cancelled", "cancelled") for s in range(20, 40)]
    found = board(demo() + gone)
    assert "half: 20 runs set aside, mostly: cancelled at step 500." in found.verdict


def test_the_newest_code_speaks_for_a_seed_and_a_mixture_is_said():
    records = demo()
    later = [
        replace(r, run_id=f"z{r.run_id}", environment=r.environment | {"code": "6"})
        for r in records[:5]
    ]
    found = board(records + later)
    assert {x.run_id for x in found.excluded_runs} == {r.run_id for r in records[:5]}
    assert "The runs are of 2 versions of the code: differences may be theirs." in found.verdict


def test_a_budget_of_seconds_is_of_the_hardware_that_is_compared():
    records = demo()
    fast = records[0].series["seconds"]
    quick = Series(fast.steps, [second / 1e3 for second in fast.values])
    records[0] = replace(
        records[0],
        environment=records[0].environment | {"device": "gpu"},
        series=records[0].series | {"seconds": quick},
    )
    assert board(records, axis="seconds").query.budget > 5


def test_a_repeated_run_counts_once_and_the_measured_one_wins():
    records = demo()
    bare = {name: s for name, s in records[0].series.items() if not name.startswith("gradient")}
    earlier = replace(records[0], run_id="a", series=bare)
    later = replace(records[0], run_id="z")
    found = board([*records, earlier, later])
    assert {x.run_id: x.reason for x in found.excluded_runs} == dict.fromkeys(
        "az", f"repeats run {records[0].run_id}"
    )
    assert found.rows == board(records).rows


def test_settings_are_chosen_on_validation_not_on_test():
    rates = {0.003: 9.4, 0.01: 9.0, 0.03: 11.0}
    grid = [
        run("half", seed=s, rate=rate, end=end) for rate, end in rates.items() for s in range(5)
    ]
    for record in grid:
        if record.setting["learning_rate"] == 0.03:
            lowered(record, 5)
    row = by_name(board(grid + demo()))["half"]
    assert row.setting["learning_rate"] == 0.01
    assert (row.grid, row.near_best) == (3, pytest.approx(2 / 3))


def test_a_setting_that_diverges_is_not_chosen():
    grid = [
        run("nvil", seed=s, rate=rate, end=end)
        for rate, end in ((0.01, 10), (0.1, 8))
        for s in range(5)
    ]
    grid[-1] = cut(grid[-1], 500, "succeeded", "diverged")
    row = by_name(board(grid))["nvil"]
    assert (row.setting["learning_rate"], row.diverged, row.near_best) == (0.01, 0, 0.5)


def test_ranking_wants_five_common_seeds():
    few = [run("half", seed=s) for s in range(4)]
    found = board([run("nvil", seed=s) for s in range(5)] + few)
    assert by_name(found)["half"].unranked == "4 of 5 seeds" and by_name(found)["nvil"].ranks == (
        1,
        1,
    )
    strange = [run("half", seed=s) for s in range(3, 8)]
    both = [
        run(name, seed=s, settings=None) for name in ("nvil", "straight_through") for s in range(5)
    ]
    assert by_name(board(both + strange))[
        "half"
    ].unranked == "shares fewer than 5 seeds with " + min(
        ("nvil", "straight_through"), key=lambda name: run(name).cell_id
    )


def test_differences_below_the_threshold_are_no_differences():
    found = board(demo(), method=Method(threshold=0.9))
    assert by_name(found)["reinforce_loo"].ranks == (1, 5)
    assert by_name(found)["nvil"].ranks and by_name(found)["nvil"].ranks[0] > 1
    assert board(demo()).method.threshold == pytest.approx(0.001 * board(demo()).rows[0].value.mean)


def test_open_pairs_name_the_seeds_that_would_settle_them():
    found = board(demo())
    still = [pair for pair in found.pairs if pair.better is None]
    assert len(still) == 3 and all(pair.more_seeds for pair in still)
    words = " ".join(found.verdict)
    assert "12 of 15 pairs are told apart" in words
    assert "more seeds would settle: half and muprop" in words


def test_one_estimator_alone_and_none_at_all():
    alone = board([run(seed=s) for s in range(5)])
    assert alone.rows[0].ranks == (1, 1) and alone.pairs == [] and alone.visible is None
    assert board([]).verdict[0] == "No estimator is ranked."
    assert board([run()]).rows[0].value.low is None


def test_an_unknown_metric_is_named():
    with pytest.raises(Unanswerable, match="bound/tests is no metric") as caught:
        board(demo(), metric="bound/tests")
    assert caught.value.field == "metric"
