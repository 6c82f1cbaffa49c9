"""The board of a registered benchmark follows from its whole ledger, and nobody bends it."""

import numpy as np
import pytest

from analysis.ledger.board import ledger_board
from analysis.ledger.changes import ledger_changes
from analysis.ledger.shapes import Ledger, LedgerEntry, LedgerRun
from analysis.ledger.verify import ledger_faults
from estimators.specs.protocols import Protocol
from tests.estimators.test_protocols import ABOUT

PROTOCOL = Protocol.model_validate(ABOUT)
NAMES = ("reinforce_loo", "muprop", "half")


def run(entry, phase, seed, rate, value, reason="completed", code="c0de"):
    diverged = reason == "diverged"
    return LedgerRun(
        run_id=f"{entry} {phase} {seed} {rate:g}",
        phase=phase,
        seed=seed,
        setting={"learning_rate": rate, "momentum": 0.0},
        state="succeeded",
        reason=reason,
        test=None if diverged else value,
        validation=None if diverged else value,
        code=code,
        device="a processor",
    )


def entry(name, values, state="ranked", supersedes=None, code="c0de", diverged=(), **more):
    """One that chose a rate of 1; ``values`` are of its confirmation seeds."""
    id = more.pop("id", name)
    tuned = [run(id, "tuning", s, rate, rate) for rate in (1.0, 10.0) for s in (100, 101)]
    confirmed = [
        run(id, "confirmation", s, 1.0, v, "diverged" if s in diverged else "completed", code)
        for s, v in enumerate(values)
    ]
    return LedgerEntry(
        entry_id=id,
        cell_id=name,
        estimator={"name": name},
        state=state,
        reason=more.get("reason"),
        setting={"learning_rate": 1.0, "momentum": 0.0},
        supersedes=supersedes,
        runs=tuned + confirmed,
    )


def ledger(*entries):
    return Ledger(protocol=PROTOCOL.model_dump(mode="json"), entries=list(entries))


def noise(seed, shift=0.0):
    return np.random.default_rng(seed).normal(shift, 0.1, 20)


@pytest.fixture
def whole():
    return ledger(*(entry(name, noise(i, i * 0.5)) for i, name in enumerate(NAMES)))


def test_who_wins_on_every_seed_is_first(whole):
    board = ledger_board(whole)
    assert [row.ranks for row in board.rows] == [(1, 1), (2, 2), (3, 3)]
    assert board.verdict[0] == "reinforce_loo is better than every other entry."
    assert all(pair.better == pair.first and pair.high < 0 for pair in board.pairs)
    assert ledger_faults(board, whole) == []


def test_equal_ones_are_not_told_apart_and_nobody_leads():
    same = ledger(*(entry(name, noise(i)) for i, name in enumerate(NAMES)))
    board = ledger_board(same)
    assert {row.ranks for row in board.rows} == {(1, 3)}
    assert board.verdict[0].startswith("The board cannot tell the best of")


def test_nobody_leads_by_the_seeds_that_survived():
    """Its mean over the seeds that survive is best; most of its seeds diverge."""
    frail = entry("half", noise(1, -5), diverged=range(18))
    board = ledger_board(
        ledger(frail, entry("muprop", noise(2)), entry("reinforce_loo", noise(3, 1)))
    )
    assert [row.label for row in board.rows] == ["muprop", "reinforce_loo", "half"]
    assert board.rows[-1].diverged == 18 and board.rows[-1].mean is None
    assert "half: 18 of 20 seeds diverged, which lose." in board.verdict


def test_a_winner_of_most_seeds_that_is_worse_on_average_is_told():
    values = noise(1, -1)
    values[:2] = 100
    board = ledger_board(ledger(entry("half", values), entry("muprop", noise(2))))
    [pair] = board.pairs
    assert pair.better == "half"
    assert pair.note == "better on 18 of 20 seeds, and worse on average"
    assert any(pair.note in sentence for sentence in board.verdict)


@pytest.mark.parametrize("state", ["failed", "withdrawn", "tuning", "confirming"])
def test_an_entry_that_is_not_complete_is_listed_and_has_no_rank(state):
    reason = "20 cancelled" if state in ("failed", "withdrawn") else None
    board = ledger_board(
        ledger(entry("half", noise(1, -9), state=state, reason=reason), entry("muprop", noise(2)))
    )
    assert [row.label for row in board.rows] == ["muprop"]
    [out] = board.unranked
    assert (out.label, out.reason) == ("half", reason or f"it is {state}")


def test_the_last_try_counts_and_the_earlier_one_stays_in_the_ledger():
    two = ledger(
        entry("half", noise(1, -9), id="first"),
        entry("half", noise(2, 9), id="second", supersedes="first"),
        entry("muprop", noise(3)),
    )
    board = ledger_board(two)
    assert [row.entry_id for row in board.rows] == ["muprop", "second"] and not board.unranked
    assert ledger_faults(board, two) == []


def test_other_code_is_another_stratum_and_a_mixture_is_refused():
    mixed = entry("straight_through", noise(4))
    runs = [one.model_copy(update={"code": "old"}) if one.seed == 3 else one for one in mixed.runs]
    board = ledger_board(
        ledger(
            entry("half", noise(1, -9), code="old"),
            entry("muprop", noise(2)),
            entry("reinforce_loo", noise(3)),
            mixed.model_copy(update={"runs": runs}),
        )
    )
    assert {row.label for row in board.rows} == {"muprop", "reinforce_loo"} and board.code == "c0de"
    reasons = {one.label: one.reason for one in board.unranked}
    assert reasons == {
        "half": "it was trained by code old on a processor",
        "straight_through": "its runs mix code versions or devices",
    }


@pytest.mark.parametrize(
    "named, grid, ends, said",
    [
        ([], [1.0, 10.0], ("lowest", None), "Tuning chose the lowest rate, and"),
        ([], [0.1, 1.0, 10.0], (None, None), None),
        ([1.0, 10.0], [1.0, 10.0, 100.0], ("lowest", None), "Tuning chose the lowest rate, and"),
        ([1.0, 10.0], [0.1, 1.0, 10.0], (None, "lowest"), "the lowest of the rates that the entry"),
        ([0.1, 1.0], [0.1, 1.0, 10.0], (None, "highest"), "the highest of the rates that the"),
        ([1.0], [1.0, 10.0], (None, None), None),
    ],
)
def test_a_rate_that_ends_the_grid_is_no_rate_that_ends_what_an_entry_named(
    named, grid, ends, said
):
    about = ABOUT | {"tuning": ABOUT["tuning"] | {"learning_rates": grid}}
    one = entry("half", noise(1)).model_copy(update={"learning_rates": named})
    board = ledger_board(
        Ledger(protocol=Protocol.model_validate(about).model_dump(), entries=[one])
    )
    assert [(row.edge, row.own_edge) for row in board.rows] == [ends]
    edges = [sentence for sentence in board.verdict if sentence.startswith("Tuning chose")]
    assert len(edges) == (said is not None) and all(said in sentence for sentence in edges)


def test_a_run_that_is_missing_is_named(whole):
    board, [first, *rest] = ledger_board(whole), whole.entries
    fewer = ledger(first.model_copy(update={"runs": first.runs[:-1]}), *rest)
    name = "entry reinforce_loo (reinforce_loo)"
    assert f"{name}: the confirmation run of seed 19 is not there" in ledger_faults(board, fewer)
    untuned = ledger(first.model_copy(update={"runs": first.runs[1:]}), *rest)
    faults = ledger_faults(ledger_board(untuned), untuned)
    assert f"{name}: the tuning run of seed 100, rate 1.0 is not there" in faults
    twice = ledger(first.model_copy(update={"runs": [*first.runs, first.runs[0]]}), *rest)
    faults = ledger_faults(ledger_board(twice), twice)
    assert f"run {first.runs[0].run_id} is there 2 times" in faults
    assert f"{name}: nobody asked for the tuning run of seed 100, rate 1.0" in faults


def test_a_hidden_entry_is_named_on_either_side(whole):
    board, hidden = ledger_board(whole), ledger(*whole.entries[1:])
    said = "the ledger hides entry reinforce_loo (reinforce_loo), which the board ranks"
    assert said in ledger_faults(board, hidden)
    old = board.model_copy(update={"entries": {}})
    assert ledger_faults(old, whole) == [] and said in ledger_faults(old, hidden)
    faults = ledger_faults(ledger_board(hidden), whole)
    assert "the board leaves out entry reinforce_loo (reinforce_loo)" in faults
    orphan = ledger(*whole.entries, entry("nvil", noise(5), id="again", supersedes="gone"))
    faults = ledger_faults(ledger_board(orphan), orphan)
    assert faults == ["entry gone, which again supersedes, is not there"]


def test_a_superseded_entry_is_missed_too():
    """The board does not list it, and has its digest."""
    first = entry("half", noise(1), id="first")
    board = ledger_board(ledger(first, entry("half", noise(2), id="second", supersedes="first")))
    cut = ledger(entry("half", noise(2), id="second"))
    faults = ledger_faults(board, cut)
    assert "the ledger hides entry first, which the board was made from" in faults
    assert "entry second (half) is not what it was when the board was made" in faults


def bent_digit(whole):
    first = whole.entries[0]
    value = first.runs[-1].test + 1e-3
    runs = [*first.runs[:-1], first.runs[-1].model_copy(update={"test": value})]
    return ledger(first.model_copy(update={"runs": runs}), *whole.entries[1:])


def test_one_changed_digit_is_found_out(whole):
    board, changed = ledger_board(whole), bent_digit(whole)
    faults = ledger_faults(board, changed)
    assert faults[0].startswith("the ledger is not the one")
    assert faults[1].startswith("entry reinforce_loo (reinforce_loo) is not what it was")
    assert any(
        fault.startswith("/rows/reinforce_loo (reinforce_loo)/mean/mean") for fault in faults
    )
    row = board.rows[1].model_copy(update={"trials": 3})
    bent = board.model_copy(update={"rows": [board.rows[0], row, board.rows[2]]})
    assert ledger_faults(bent, whole) == [
        "/rows/muprop (muprop)/trials: the board says 3, its ledger 4"
    ]
    bent = board.model_copy(update={"rows": board.rows[::-1]})
    assert ledger_faults(bent, whole) == ["rows are in another order than the ledger's"]


def test_a_ledger_that_was_bent_with_its_board_differs_from_the_one_that_others_hold(whole):
    hidden, changed = ledger(*whole.entries[1:]), bent_digit(whole)
    fewer = whole.entries[0].model_copy(update={"runs": whole.entries[0].runs[1:]})
    for bent, said in (
        (hidden, "entry reinforce_loo (reinforce_loo) is not there: the service has it"),
        (ledger(fewer, *whole.entries[1:]), "the tuning run of seed 100, rate 1 is not there"),
        (changed, "the confirmation run of seed 19: test is"),
    ):
        [fault] = ledger_changes(bent, whole, "the service")
        assert said in fault
        [fault] = ledger_changes(whole, bent, "the service")
        assert "is not in the service" in fault or said in fault
    assert ledger_faults(ledger_board(hidden), hidden) == []
    assert list(ledger_changes(whole, whole, "the service")) == []


def test_a_setting_that_tuning_did_not_choose_is_found_out(whole):
    first = whole.entries[0]
    better = [
        one.model_copy(update={"validation": 0.0}) if one.setting["learning_rate"] == 10 else one
        for one in first.runs
    ]
    bent = ledger(first.model_copy(update={"runs": better}), *whole.entries[1:])
    faults = ledger_faults(ledger_board(bent), bent)
    assert faults == [
        "entry reinforce_loo (reinforce_loo): tuning does not choose the setting that was confirmed"
    ]


def test_a_benchmark_without_entries_has_a_board():
    board = ledger_board(ledger())
    assert board.rows == [] and board.verdict == ["No entry is ranked."]
    assert ledger_faults(board, ledger()) == []
