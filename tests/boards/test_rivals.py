"""Whether MuProp holds up: page and pictures say what the shipped seeds say."""

from math import inf
from statistics import median

import pytest

from analysis.figures.rivals import TILES, rival_chart
from analysis.ledger.bundles import shipped_board, shipped_ledger, shipped_protocols
from analysis.ledger.rival_counts import (
    always_better,
    best_rival,
    better_and_never_worse,
    labels_by_age,
    never_better,
    outcome_moves,
    paper_year,
)
from analysis.ledger.rivals import Outcome, rival_contest
from analysis.ledger.rows import ledger_label
from analysis.papers.report import suite_report
from analysis.tables.rival_words import (
    AXES,
    answer_sentence,
    axis_sentences,
    range_text,
    short_lines,
)
from analysis.tables.rivals_markdown import rivals_markdown
from analysis.tables.settled_rows import settled_lines, settled_rows
from estimators.specs import ESTIMATORS
from tests.boards.test_ledger import entry, ledger, noise
from tests.generate import muprop_contests
from tests.suites.made import COLUMNS, NAME, cell, grid, trained

BETTER, WORSE, OPEN = Outcome.BETTER, Outcome.WORSE, Outcome.OPEN


def contest_of(shifts):
    """MuProp at 0, others shifted; seeds differ by noise."""
    entries = [entry(name, noise(i, shift)) for i, (name, shift) in enumerate(shifts.items())]
    return rival_contest(ledger(entry("muprop", noise(99)), *entries), "muprop", "steps")


def outcomes(contest):
    return {rival.label: rival.outcome for rival in contest.rivals}


def tile_grounds(picture):
    """Of all tiles but the legend's three, row by row."""
    return [patch.get_facecolor() for patch in picture.axes[0].patches[3:]]


def test_a_verdict_turned_round_turns_words_and_colours_round():
    first = contest_of({"reinforce_loo": -1, "gumbel_softmax": 1, "half": 0})
    turned = contest_of({"reinforce_loo": 1, "gumbel_softmax": -1, "half": 0})
    assert outcomes(first) == {"reinforce_loo": BETTER, "gumbel_softmax": WORSE, "half": OPEN}
    assert outcomes(turned) == {"reinforce_loo": WORSE, "gumbel_softmax": BETTER, "half": OPEN}
    assert [one.gap.median < 0 for one in first.rivals[:2]] == [True, False]
    assert first.rivals[0].gap[-2:] == (20, 0) and first.rivals[1].gap[-2:] == (0, 20)
    assert best_rival(first).label == "reinforce_loo"
    assert always_better([first]) == better_and_never_worse([first]) == ["reinforce_loo"]
    assert never_better([first]) == ["half", "gumbel_softmax"]
    words, other = ("\n".join(short_lines({"steps": [one]})) for one in (first, turned))
    assert "steps wherever ranked: `reinforce_loo` (1 of 1)." in words
    assert "steps wherever ranked: `gumbel_softmax`† (1 of 1)." in other
    answer = "better than MuProp 1 times of 2 at equal steps.  MuProp is better 1 times;"
    assert answer in answer_sentence({"steps": [first]})
    assert outcome_moves([first], [turned], "gumbel_softmax") == (1, 0)
    assert outcome_moves([first], [turned], "reinforce_loo") == (0, 1)
    # by year: half, gumbel_softmax, reinforce_loo
    grounds, others = (tile_grounds(rival_chart([one])) for one in (first, turned))
    assert grounds[0] == others[0] and grounds[1:] == others[:0:-1] and len(set(grounds)) == 3


def test_a_page_wants_no_axis_that_is_not_there():
    report = suite_report(NAME, "full", [], lambda _: [])
    page = rivals_markdown({"steps": [contest_of({"arm": 1})]}, report, {"steps": "there.svg"})
    assert "of 1 comparisons with MuProp 0 better, 1 worse, 0 not told apart](there.svg)" in page
    assert "| nobody |" in page and "equal seconds" not in page
    assert rival_contest(ledger(entry("half", noise(1))), "muprop", "steps") is None


def spent_curve(run, axis):
    spent = {"evals": run.curve.evaluations, "seconds": run.curve.seconds}
    return spent.get(axis, run.curve.steps)


def last_reading(run, axis, budget):
    """(step, bound) by this file's own reading of a curve."""
    rows = zip(spent_curve(run, axis), run.curve.steps, run.curve.test, strict=True)
    return [(step, inf if v is None else v) for at, step, v in rows if at <= budget][-1]


@pytest.mark.parametrize("axis", AXES)
def test_every_tile_is_what_the_shipped_seeds_say(axis):
    whole = {one.id: shipped_ledger(one) for one in shipped_protocols()}
    for contest in muprop_contests(axis):
        reads = {
            ledger_label(one): {
                run.seed: last_reading(run, axis, contest.budget)
                for run in one.runs
                if run.phase == "confirmation"
            }
            for one in whole[contest.benchmark].entries
            if one.state == "ranked"
        }
        ours = reads["muprop"]
        assert contest.step == median(step for step, _ in ours.values())
        for rival in contest.rivals:
            theirs = reads[rival.label]
            gaps = [value - ours[seed][1] for seed, (_, value) in theirs.items()]
            wins, losses = sum(gap < 0 for gap in gaps), sum(gap > 0 for gap in gaps)
            assert (rival.gap.wins, rival.gap.losses) == (wins, losses), rival
            assert rival.gap.median == pytest.approx(median(gap for gap in gaps if gap))
            assert rival.step == median(step for step, _ in theirs.values())
            lead = {BETTER: wins > losses, WORSE: wins < losses, OPEN: True}
            ends = (-inf if end is None else end for end in (rival.gap.low, rival.gap.high))
            low, high = ends
            sides = {BETTER: high < 0, WORSE: low > 0, OPEN: low <= 0 <= high}
            assert lead[rival.outcome] and sides[rival.outcome], rival


def test_the_page_says_that_seeds_share_clocks():
    clocks, spreads = [], []
    for one in shipped_protocols():
        if one.name.startswith("digits-"):
            (ours,) = (e for e in shipped_ledger(one).entries if ledger_label(e) == "muprop")
            spent = [run.seconds for run in ours.runs if run.phase == "confirmation"]
            clocks.append(len(set(spent)))
            spreads.append(max(spent) / min(spent))
    words = axis_sentences(muprop_contests("seconds"))
    assert f"have {min(clocks)} to {max(clocks)} of them, up to {max(spreads):.2g} times" in words


def test_equal_steps_are_the_boards_that_ship():
    boards = {one.id: shipped_board(one) for one in shipped_protocols()}
    assert len(muprop_contests("steps")) >= 6
    for contest in muprop_contests("steps"):
        board = boards[contest.benchmark]
        labels = {row.entry_id: row.label for row in board.rows}
        said = {}
        for pair in board.pairs:
            both = {labels[pair.first], labels[pair.second]}
            if "muprop" in both:
                (rival,) = both - {"muprop"}
                winner = labels.get(pair.better)
                said[rival] = OPEN if winner is None else BETTER if winner == rival else WORSE
        assert outcomes(contest) == said
        assert contest.pairs == len(board.pairs)


def test_estimators_stand_by_the_years_of_their_papers():
    years = {"reinforce": 1992, "muprop": 2016, "arm": 2019, "disarm": 2020, "reinmax": 2023}
    assert {name: paper_year(name) for name in years} == years
    assert all(1990 < paper_year(name) < 2100 for name in ESTIMATORS)
    some = contest_of({"muprop_rollout": 0, "disarm": 0, "arm": 0, "nvil": 0})
    ages = {"before 2016": ["nvil"], "2016": ["muprop_rollout"], "after 2016": ["arm", "disarm"]}
    assert labels_by_age([some]) == ages


def test_what_the_page_says_of_muprops_defaults_is_so():
    assert ESTIMATORS["muprop"]() == cell(column="MuProp-C").spec.estimator


def test_colours_are_told_apart_in_grey():
    grounds = [ground for ground, _ in TILES.values() if ground != "none"]
    lights = [sum(int(ground[i : i + 2], 16) for i in (1, 3, 5)) for ground in grounds]
    assert abs(lights[0] - lights[1]) > 200


def test_a_range_has_one_end_where_both_are_equal():
    assert range_text([1000.0, 1000.0]) == "1,000"
    assert range_text([0.339, 0.507]) == "0.34 to 0.51"


def settled_report(values):
    cells = [cell(column=column) for column in COLUMNS]
    pieces = {one.id: [trained(grid({0.1: values[i]}), one)] for i, one in enumerate(cells)}
    return suite_report(NAME, "digits", cells, lambda one: pieces[one.id])


def test_a_row_is_settled_where_every_column_has_seeds():
    whole = [([50.0, 50.2], [57.0 - i, 57.2 - i]) for i in range(5)]
    report = settled_report(whole)
    assert len(list(settled_rows(report))) == 1
    line = settled_lines(report)[-2]
    assert line.index("1/2 53.10") < line.index("ST 54.10") < line.index("LR-C-VN-IDB 57.10")
    assert "Jang et al. 2017: 58.9, Gumbel-softmax 58.5" in line and "ARM" not in line
    assert list(settled_rows(settled_report([*whole[:4], ([50.0], [57.0])]))) == []
