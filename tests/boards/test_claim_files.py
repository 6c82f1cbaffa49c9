"""The board of a registered benchmark in other forms, and the curves of two of its entries."""

import csv
import io

import numpy as np
import pytest

from analysis.figures.claims import claim_chart
from analysis.ledger.board import ledger_board
from analysis.ledger.shapes import ClaimQuery
from analysis.ledger.versus import entry_curves
from analysis.tables.claim_files import claim_csv, claim_markdown
from tests.boards.test_axes import curved, reaching
from tests.boards.test_ledger import NAMES, entry, ledger, noise
from tests.boards.test_pictures import texts


@pytest.fixture
def half_done():
    """Three ranked entries, and one that lacks a run."""
    part = entry("arm", noise(9, 1.0))
    part = part.model_copy(update={"runs": part.runs[:-1]})
    return ledger(*(entry(name, noise(i, i * 0.5)) for i, name in enumerate(NAMES)), part)


def test_csv_holds_every_figure_in_full_and_why_one_has_no_rank(half_done):
    board = ledger_board(half_done)
    *ranked, left_out = csv.DictReader(io.StringIO(claim_csv(board)))
    assert [row["entry_id"] for row in ranked] == [row.entry_id for row in board.rows]
    first = board.rows[0]
    assert float(ranked[0]["median"]) == first.median.mean
    assert float(ranked[0]["median_high"]) == first.median.high
    assert (int(ranked[0]["rank_low"]), int(ranked[0]["rank_high"])) == first.ranks
    assert {row["unranked"] for row in ranked} == {""}
    assert (left_out["label"], left_out["median"]) == ("arm", "")
    assert left_out["unranked"] == board.unranked[0].reason
    assert claim_csv(ledger_board(ledger())) == "entry_id,label,shipped,unranked\n"


def test_markdown_is_a_table_with_the_verdict(half_done):
    board = ledger_board(half_done)
    text = claim_markdown(board)
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len(table) == 2 + len(board.rows) and table[0].startswith("| rank | estimator | median")
    assert all(f"- {sentence}" in text for sentence in board.verdict)
    assert "Not ranked: arm: " in text


def test_a_picture_has_every_row_and_says_where_seeds_are_lost():
    three = reaching(
        curved("half", 4.0, 3), curved("muprop", 8.0, 3), curved("nvil", 4.0, 3, end=15)
    )
    drawn = claim_chart(ledger_board(three, ClaimQuery(axis="reach")))
    assert {"half", "muprop", "nvil", "lost"} <= texts(drawn)
    assert drawn.axes[0].get_xlabel().startswith("steps until 9.5 is met")
    whole = claim_chart(ledger_board(three))
    assert "lost" not in texts(whole) and len(whole.axes[1].patches) == 3
    assert whole.axes[0].get_xlabel().startswith("test bound, nats per example\n(median")


def test_curves_of_two_entries_are_of_their_confirmation_runs():
    first, second = curved("half", 4.0, 3), curved("muprop", 8.0, 3)
    broken = second.runs[-1].curve.model_copy(update={"test": [None] * 11})
    second.runs[-1] = second.runs[-1].model_copy(update={"curve": broken})
    curves = entry_curves(reaching(first, second), "muprop", "half")
    assert list(curves) == ["muprop", "half"] and {len(one) for one in curves.values()} == {20}
    steps, values = curves["half"][0]
    wanted = next(run.curve for run in first.runs if run.phase == "confirmation")
    assert (steps, values) == (wanted.steps, wanted.test)
    assert np.isnan(curves["muprop"][-1][1]).all()
