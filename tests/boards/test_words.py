"""What a board says in words is what its figures say."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.boards.compute import compute_board
from analysis.boards.shapes import BoardQuery, ExcludedRun
from analysis.records.phrases import bias_text, count_text, interval_text, percent_text
from analysis.records.shapes import Interval

from .made import made_board, made_table, scored_run
from .world import STEPS, definition, demo

quick = settings(deadline=None, max_examples=150)
FIGURE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
MEANS = st.floats(-1e4, 1e4)
HALVES = st.builds(
    lambda digits, power: digits * 10.0**power, st.integers(101, 999), st.integers(-6, 1)
)


def read(text):
    """The figures in a text, and the worth of half a unit of the last place of the first."""
    words = FIGURE.findall(text)
    places = len(words[0].partition(".")[2])
    return [float(word.replace(",", "")) for word in words], 0.5 * 10**-places


@quick
@given(MEANS, HALVES, st.floats(0.1, 0.9))
@example(-0.001, 3.0, 0.5)
def test_a_figure_is_shown_to_the_digit_that_its_interval_decides(mean, half, skew):
    value = Interval(mean=mean, low=mean - 2 * skew * half, high=mean + 2 * (1 - skew) * half)
    (shown, low, high), unit = read(interval_text(value))
    assert abs(shown - value.mean) <= unit * 1.001 and abs(low - value.low) <= unit * 1.001
    assert abs(high - value.high) <= unit * 1.001
    assert (
        5 * unit <= half * 1.001
    )  # two digits of a half width that starts below 2.5, one of others
    assert half <= 50 * unit * 1.001 or unit == 0.5
    assert not re.search(r"-0(\.0*)?(?![\d.,])", interval_text(value))


@quick
@given(st.floats(-3, 3), st.floats(1e-4, 2))
@example(-0.0004, 0.03)
def test_a_share_is_shown_likewise(mean, half):
    value = Interval(mean=mean, low=mean - half, high=mean + half)
    (shown, low, high), unit = read(percent_text(value))
    for said, true in ((shown, value.mean), (low, value.low), (high, value.high)):
        assert abs(said - 100 * true) <= unit * 1.001
    assert not re.search(r"-0(\.0*)?(?![\d.,])", percent_text(value))


def test_numbers_agree_with_their_nouns():
    assert [count_text(n, "seed") for n in (0, 1, 2, 1200)] == [
        "0 seeds",
        "1 seed",
        "2 seeds",
        "1,200 seeds",
    ]


WAVE = [0.0, 0.02, -0.02, 0.03, -0.03]


def near(mean, turn=0):
    """Five seeds about a mean, their noise in another order."""
    return [mean + noise for noise in WAVE[turn:] + WAVE[:turn]]


def test_the_leader_those_it_cannot_be_told_from_and_those_it_beats():
    found = made_table(
        {"half": near(1.0), "nvil": near(1.01, 2), "muprop": near(3.0, 1), "arm": near(4.0, 3)}
    )
    lead, tied, worse, power, *_ = found.verdict
    assert lead.startswith(
        "At 100 steps, over 5 seeds, half leads with 1.00 [0.97, 1.03] nats per example."
    )
    assert tied == "The board cannot tell the best of half and nvil."
    assert worse == "Seem worse than half: muprop and arm."
    assert power.startswith("5 of 6 pairs are told apart; a pair that differs by ")
    settle = next(s for s in found.verdict if s.startswith("If differences"))
    [open_pair] = [pair for pair in found.pairs if pair.better is None]
    assert settle.endswith(f"settle: half and nvil, {open_pair.more_seeds:,}.")


def test_pairs_that_no_seeds_would_settle_are_counted():
    found = made_table(
        {"half": near(1.0), "nvil": near(1.0, 1), "muprop": near(1.0, 2)}, threshold=0.5
    )
    assert "3 pairs differ by less than 0.5, or too little for 10,000 seeds." in found.verdict
    assert not any("would settle" in sentence for sentence in found.verdict)
    two = made_table({"half": near(1.0), "nvil": near(1.0, 1)}, threshold=0.5)
    assert "1 pair differs by less than 0.5, or too little for 10,000 seeds." in two.verdict


def test_no_more_than_three_plans_and_what_all_would_take():
    found = made_table(
        {
            name: near(1 + 0.004 * k, k)
            for k, name in enumerate(("half", "nvil", "muprop", "arm", "disarm"))
        }
    )
    still = sorted(pair.more_seeds for pair in found.pairs if pair.more_seeds)
    assert len(still) > 3
    assert (
        f"All {len(still)} open pairs that can be settled: {still[-1]:,} more seeds."
        in found.verdict
    )
    [plans] = [sentence for sentence in found.verdict if sentence.startswith("If differences")]
    assert [int(n.replace(",", "")) for n in re.findall(r", ([\d,]+)(?=[;.])", plans)] == still[:3]


def test_seeds_that_were_lost_came_late_or_measured_a_bias():
    runs = [
        scored_run("half", k, 10.0 + k, outcome="reached", gradient={"bias": 0.3 + k / 1e3})
        for k in range(5)
    ]
    runs += [scored_run("half", 5, None), scored_run("half", 6, 100.0, outcome="censored")]
    found = made_board(runs, {"half": {"name": "half"}}, axis="reach", target=9.0)
    assert "half: 1/7 seeds diverged; they count as never arrived." in found.verdict
    assert "half: 1/7 seeds never got there; they lose to those that did." in found.verdict
    assert "Measured to be biased: half (30%)." in found.verdict
    assert "Ranks below 10 seeds are provisional." in found.verdict
    assert found.verdict[0].startswith(
        "Until bound/test is 9, within 100 steps, over 7 seeds, half is the only one"
    )


def test_rows_without_a_rank_are_grouped_by_reason():
    few = {"half": near(1.0), "nvil": [1.0], "muprop": [2.0], "arm": [1.0, 2.0]}
    assert made_table(few).verdict[-3:-1] == [
        "Listed, not ranked (1 of 5 seeds): nvil and muprop.",
        "Listed, not ranked (2 of 5 seeds): arm.",
    ]
    gone = [ExcludedRun(run_id="x", cell_id="nvil", seed=1, reason="running at step 5")]
    alone = made_board([scored_run("nvil", 0, 1.0)], {"nvil": {"name": "nvil"}}, gone)
    assert alone.verdict[:-1] == [
        "No estimator is ranked.",
        "Listed, not ranked (1 of 5 seeds; 1 run set aside): nvil.",
    ]


@pytest.mark.parametrize("seeds", [9, 10])
def test_ranks_are_provisional_below_ten_seeds(seeds):
    found = made_table(
        {"half": [1.0, 2.0, 1.5, 1.2, 0.5] * 2 if seeds == 10 else [1.0, 2.0, 1.5] * 3}
    )
    assert found.rows[0].provisional == (seeds < 10)
    assert any("provisional" in sentence for sentence in found.verdict) == (seeds < 10)


@pytest.mark.parametrize(
    "low, high, says",
    [
        (0.02, 0.04, "3.0% [2.0, 4.0]"),
        (-0.02, 0.04, "none seen, under 4%"),
        # a square is estimated without bias: its interval may end below zero and bounds nothing
        (-0.04, -0.02, "none seen"),
    ],
)
def test_a_bias_that_is_not_seen_says_what_it_is_below(low, high, says):
    assert bias_text(Interval(mean=(low + high) / 2, low=low, high=high)) == says


def test_a_board_says_which_bound_it_compares_where_some_took_few_examples():
    about = definition() | {"evaluation": {"interim_examples": 40, "full_at": [2_000]}}
    said = [
        next(line for line in compute_board(demo(), "b", about, query).verdict if "bounds" in line)
        for query in (BoardQuery(budget=steps) for steps in (STEPS, 2_000, 1_000))
    ]
    assert said[:2] == ["All bounds are of all examples."] * 2
    assert said[2].endswith("bounds are of the first 40 examples.") and not said[2].startswith("0")
