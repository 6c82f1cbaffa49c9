"""A learning rate chosen in two ways, and the numbers there."""

import pytest

from analysis.papers.results import cell_result, chosen_mode, cost_curve
from tests.suites.made import cell, grid, records, run, trained

TWO = {0.1: ([50, 52], [57, 59]), 0.03: ([53, 53], [55, 56])}


def test_a_rate_is_chosen_on_validation_and_in_the_papers_mode_on_test():
    paper, ours = (chosen_mode(records(grid(TWO)), 56.1, part) for part in ("test", "validation"))
    assert (paper.learning_rate, paper.bound.mean, paper.verdict) == (0.03, 55.5, "open")
    assert (ours.learning_rate, ours.bound.mean, ours.ends) == (0.1, 58, {0: 57, 1: 59})
    assert paper.bound.half_width == pytest.approx(
        12.706 * 0.5, abs=0.01
    )  # Student's, one degree of freedom


@pytest.mark.parametrize(
    "published, verdict", [(57.1, "agrees"), (60.0, "better"), (54.0, "worse"), (58.0, "open")]
)
def test_an_interval_agrees_or_is_beyond_the_margin_or_leaves_it_open(published, verdict):
    """Of 57 with half an interval of 0.25."""
    values = {0.1: ([50] * 3, [56.9, 57.0, 57.1])}
    found = chosen_mode(records(grid(values)), published, "validation")
    assert found.bound.half_width == pytest.approx(0.25, abs=0.01) and found.verdict == verdict


def test_a_rate_with_a_run_that_diverged_is_not_chosen():
    assert chosen_mode(records(grid(TWO, diverged=[0.1])), 56, "validation").learning_rate == 0.03
    assert chosen_mode(records(grid(TWO, diverged=[0.1, 0.03])), 56, "validation") is None
    lost = cell_result(cell(), [trained(grid(TWO, diverged=[0.1, 0.03]))])
    assert lost.measured.ours is None and lost.diverged == 4 and lost.curve is None


def test_a_bound_that_is_no_number_is_not_chosen():
    runs = grid(TWO)
    runs[0]["series"]["bound/validation"] = [[4], [None]]
    del runs[2]["series"]["bound/test"]
    assert chosen_mode(records(runs), 56, "validation") is None
    assert chosen_mode(records(runs[:2]), 56, "test").learning_rate == 0.1


def test_one_seed_has_no_interval():
    found = chosen_mode(records(grid({0.1: ([50], [57])})), 56.5, "validation")
    assert (found.bound.mean, found.bound.half_width, found.seeds, found.edge) == (
        57,
        None,
        1,
        "only",
    )


@pytest.mark.parametrize(
    "best, diverged, edge",
    [(0.3, [], "highest"), (0.1, [], None), (0.03, [], "lowest"), (0.1, [0.3], None)],
)
def test_the_edge_of_the_rates_that_were_run(best, diverged, edge):
    """What diverged was run too."""
    values = {rate: ([50 + (rate != best)], [57]) for rate in (0.03, 0.1, 0.3)}
    assert chosen_mode(records(grid(values, diverged)), 56, "validation").edge == edge


def test_the_edge_is_of_the_rates_that_were_tried_in_shorter_trainings_too():
    rates = {rate: ([50], [57]) for rate in (0.03, 0.1, 0.3)}
    short, long = trained(grid(rates), cell(steps=4)), cell(steps=6)
    for rate, edge in ((0.1, None), (0.3, "highest")):
        longer = trained(grid({rate: ([49] * 2, [56] * 2)}), long)
        result = cell_result(cell(), [short, longer])
        assert (result.steps, result.measured.ours.edge) == (6, edge)


def test_one_longer_run_does_not_throw_the_others_away():
    short, long = cell(steps=4), cell(steps=6)
    six, one = grid({0.1: ([50] * 6, [57] * 6)}), grid({0.1: ([50], [55])})
    found = cell_result(cell(), [trained(six, short), trained(one, long)])
    assert (found.steps, found.runs, found.left_out) == (4, 6, 1)


def test_pieces_of_a_cell_are_one_entry_of_one_length_of_training():
    short, long = cell(steps=4), cell(steps=6)
    pieces = [
        trained(grid({0.3: ([1, 1], [1, 1])}), short),
        trained(grid({0.1: ([50, 52], [57, 59])}), long),
        trained(grid({0.03: ([53, 53, 53], [55, 56, 57])}), long),
    ]
    found = cell_result(cell(), pieces)
    assert (found.steps, found.rates, found.seeds, found.runs) == (6, [0.03, 0.1], 2, 5)
    assert (
        len(found.made) == 2 and found.measured.paper.seeds == 3 and found.measured.ours.seeds == 2
    )


def test_without_pieces_there_is_a_reason():
    assert cell_result(cell(), []).reason == "not run yet"
    left_out = cell("TFD 2304-200-200-2304").model_copy(
        update={"spec": None, "reason": "No such data."}
    )
    assert (
        cell_result(left_out, []).reason == "No such data."
        and cell_result(left_out, []).measured is None
    )


def test_a_curve_is_over_the_seeds_at_our_rate():
    runs = [
        run(0, 0.1, costs=((2, 4), (60.0, 58.0))),
        run(1, 0.1, costs=((2, 3, 4), (64.0, 1.0, None))),
    ]
    found = cost_curve(records(runs))
    assert found.steps == [2, 4] and found.mean == [62, None]
    assert (found.low, found.high) == ([60, None], [64, None])
    assert cost_curve([]) is None
    chosen = cell_result(
        cell(), [trained([*runs, run(0, 0.3, validation=99, costs=((2,), (1.0,)))])]
    )
    assert chosen.curve == found
