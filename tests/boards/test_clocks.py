"""Boards at equal seconds: seeds of one program share its clock, and tests count clocks."""

import numpy as np
import pytest

from analysis.ledger.board import ledger_board
from analysis.ledger.clocks import clock_units
from analysis.ledger.rows import confirmation
from analysis.ledger.shapes import ClaimQuery
from analysis.ledger.verify import ledger_faults
from analysis.ledger.versus import compare_entries
from benchmarks.clocks import METHODS, false_share
from tests.boards.test_axes import curved, reaching
from tests.boards.test_ledger import PROTOCOL


def timed(one, clocks):
    """The entry with its seeds in so many programs of its own, each a little slower."""
    programs = len(confirmation(one)) // clocks
    runs = []
    for run in one.runs:
        pace = 1 + run.seed // programs % clocks / 1e3
        curve = run.curve.model_copy(update={"seconds": [at * pace for at in run.curve.seconds]})
        runs.append(run.model_copy(update={"curve": curve, "seconds": run.seconds * pace}))
    return one.model_copy(update={"runs": runs})


@pytest.mark.parametrize(
    ("clocks", "told"), [((20, 20), True), ((20, 5), False), ((2, 2), False), ((1, 4), False)]
)
def test_at_equal_seconds_tests_count_clocks_and_not_seeds(clocks, told):
    """Of two that every seed tells apart.  Sign tests of six are the least that tell two apart."""
    ends = zip(("half", "muprop"), clocks, (9.0, 15.0), strict=True)
    whole = reaching(*(timed(curved(name, 4.0, 3, end=end), some) for name, some, end in ends))
    board = ledger_board(whole, ClaimQuery(axis="seconds"))
    assert board.clocks == min(clocks) and ledger_faults(board, whole) == []
    assert [row.label for row in board.rows] == ["half", "muprop"]
    [pair] = board.pairs
    assert (pair.wins, pair.losses, pair.better is not None) == (20, 0, told)
    assert pair.p == pytest.approx(min(1.0, 2 * 0.5 ** min(clocks)))
    versus = compare_entries(whole, "half", "muprop", ClaimQuery(axis="seconds"))
    assert all(("too few" in one) != told for one in (" ".join(board.verdict), versus.words))
    assert ledger_board(whole).clocks is None and ledger_board(whole).pairs[0].better


def test_seeds_that_meet_in_any_entry_are_one_clock():
    """Three programs of ten, ten and of six and seven: each of the former meets all others."""
    two, three = (timed(curved(name, 4.0, 3), 2) for name in ("half", "muprop"))
    runs = [
        run.model_copy(
            update={"curve": run.curve.model_copy(update={"seconds": [0.0, 1.0 + seed // 7]})}
        )
        for seed, run in enumerate(confirmation(three))
    ]
    three = three.model_copy(update={"runs": runs})
    query = ClaimQuery(axis="seconds")
    assert clock_units([two], PROTOCOL, query) == [0] * 10 + [10] * 10
    assert clock_units([three], PROTOCOL, query) == [0] * 7 + [7] * 7 + [14] * 6
    assert clock_units([two, three], PROTOCOL, query) == [0] * 20
    assert clock_units([two], PROTOCOL, ClaimQuery(axis="evals")) is None


def test_the_simulation_counts_false_claims_of_seeds_and_none_of_clocks():
    """Of seven equal ones whose clocks are twice as noisy as their seeds."""
    shares = [
        false_share(np.random.default_rng(0), METHODS[name], 40, 7, (2.0, 3))
        for name in ("seeds", "clocks")
    ]
    assert shares[0] > 0.5 and shares[1] == 0
