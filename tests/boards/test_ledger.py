"""The board of a registered benchmark follows from its whole ledger, and nobody bends it."""

import numpy as np
import pytest

from analysis.boards.shapes import Unanswerable
from analysis.ledger.board import ledger_board
from analysis.ledger.bundles import (
    bundle_paths,
    read_ledger_file,
    shipped_board,
    shipped_ledger,
    shipped_protocols,
    write_bundle,
)
from analysis.ledger.frontier import claim_frontier
from analysis.ledger.shapes import (
    ClaimBoard,
    ClaimQuery,
    Curve,
    Ledger,
    LedgerEntry,
    LedgerRun,
)
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
        "half": "it was trained by other code, or elsewhere",
        "straight_through": "its runs mix code versions or devices",
    }


def test_a_cherry_picked_ledger_is_found_out(whole):
    board, [first, *rest] = ledger_board(whole), whole.entries
    fewer = first.model_copy(update={"runs": first.runs[:-1]})
    faults = ledger_faults(board, ledger(fewer, *rest))
    assert any("19 of 20 seeds are there" in fault for fault in faults)
    untuned = first.model_copy(update={"runs": first.runs[1:]})
    assert any("3 of 4 tuning" in fault for fault in ledger_faults(board, ledger(untuned, *rest)))


def test_a_hidden_entry_is_found_out_on_either_side(whole):
    board, hidden = ledger_board(whole), ledger(*whole.entries[1:])
    assert ledger_faults(board, hidden)
    assert "the board leaves out entry reinforce_loo" in ledger_faults(ledger_board(hidden), whole)
    orphan = ledger(*whole.entries, entry("half", noise(5), id="again", supersedes="gone"))
    faults = ledger_faults(ledger_board(orphan), orphan)
    assert faults == ["entry gone, which again supersedes, is not there"]


def test_one_changed_digit_is_found_out(whole):
    board = ledger_board(whole)
    first = whole.entries[0]
    runs = [
        *first.runs[:-1],
        first.runs[-1].model_copy(update={"test": first.runs[-1].test + 1e-3}),
    ]
    changed = ledger(first.model_copy(update={"runs": runs}), *whole.entries[1:])
    assert ledger_faults(board, changed)[0].startswith("the ledger is not the one")
    bent = board.model_copy(update={"rows": board.rows[::-1]})
    assert any(fault.startswith("/rows/0/") for fault in ledger_faults(bent, whole))


def test_a_setting_that_tuning_did_not_choose_is_found_out(whole):
    first = whole.entries[0]
    better = [
        one.model_copy(update={"validation": 0.0}) if one.setting["learning_rate"] == 10 else one
        for one in first.runs
    ]
    bent = ledger(first.model_copy(update={"runs": better}), *whole.entries[1:])
    faults = ledger_faults(ledger_board(bent), bent)
    assert faults == ["entry reinforce_loo: tuning does not choose the setting that was confirmed"]


def test_a_benchmark_without_entries_has_a_board():
    board = ledger_board(ledger())
    assert board.rows == [] and board.verdict == ["No entry is ranked."]
    assert ledger_faults(board, ledger()) == []


REACH = {"reference": {"name": "reinforce_loo"}, "learning_rate": 1.0, "target": 9.5}


def curved(name, speed, cost, seconds=1e-3, end=9.0, **more):
    """An entry whose bounds fall from 22 to ``end`` and are evaluated every 2 of 20 steps."""
    one = entry(name, noise(len(name), end), **more)
    runs = []
    for run in one.runs:
        at = list(range(0, 21, 2))
        fall = [(run.test or end) + (22 - end) * np.exp(-step / speed) for step in at]
        curve = Curve(
            steps=at,
            test=fall,
            validation=[value + 0.3 for value in fall],
            evaluations=[float(cost * step) for step in at],
            seconds=[seconds * step for step in at],
        )
        spent = {"evaluations": 20.0 * cost, "seconds": 20 * seconds}
        runs.append(run.model_copy(update={"curve": curve} | spent))
    return one.model_copy(update={"runs": runs})


def reaching(*entries):
    about = Protocol.model_validate(ABOUT | {"reach": REACH}).model_dump(mode="json")
    return Ledger(protocol=about, entries=list(entries))


def test_equal_evaluations_are_fewer_steps_for_the_dear():
    whole = reaching(curved("half", 4.0, 3), curved("muprop", 4.0, 12, end=8.9))
    steps, evals = (ledger_board(whole, ClaimQuery(axis=axis)) for axis in ("steps", "evals"))
    assert [row.label for row in steps.rows] == ["muprop", "half"] and steps.budget == 20
    assert [row.label for row in evals.rows] == ["half", "muprop"] and evals.budget == 60
    assert evals.rows[1].median.mean > 12 and evals.rows[1].ranks == (2, 2)
    assert [row.evaluations for row in evals.rows] == [3, 12]
    assert evals.rows[0].tuning_evaluations == 4 * 60 and evals.rows[0].edge == "lowest"
    assert ledger_faults(evals, whole) == []


def test_who_never_arrives_on_validation_loses_and_spends_are_where_it_arrived():
    whole = reaching(
        curved("half", 1.0, 3), curved("muprop", 1.5, 6), curved("nvil", 4.0, 3, end=15)
    )
    board = ledger_board(whole, ClaimQuery(axis="reach", spend="evals"))
    assert (board.target, board.unit) == (9.5, "evaluations of the cost per example")
    assert [row.label for row in board.rows] == ["half", "muprop", "nvil"]
    assert board.rows[0].median.mean < board.rows[1].median.mean
    assert board.rows[2].median is None and board.rows[2].lost == 20
    assert "nvil: 20 of 20 seeds never arrived, which lose." in board.verdict
    nobody = reaching(*(curved(name, 4.0, 3, end=15) for name in ("half", "nvil")))
    late = ledger_board(nobody, ClaimQuery(axis="reach"))
    assert late.verdict[0] == "No entry arrives on any seed: nobody leads."


def test_a_protocol_without_a_target_has_no_reach_board(whole):
    with pytest.raises(Unanswerable, match="declares no bound to reach"):
        ledger_board(whole, ClaimQuery(axis="reach"))


def test_the_frontier_of_a_benchmark_is_of_medians_and_names_who_beats_whom():
    whole = reaching(
        curved("half", 4.0, 3), curved("muprop", 4.0, 12, end=8.0), curved("nvil", 4.0, 6, end=10)
    )
    points = {point.label: point for point in claim_frontier(ledger_board(whole)).points}
    assert [points[name].frontier for name in ("half", "muprop", "nvil")] == [True, True, False]
    assert points["nvil"].beaten_by == ["half"] and points["muprop"].cost == 240


def test_who_may_not_be_ranked_is_listed_with_the_reason():
    plug = entry("half", noise(5)).model_copy(update={"refused": "it has no certificate"})
    wrong = entry("muprop", noise(1), id="wrong")
    runs = [run.model_copy(update={"gradient": {"bias": 0.7}}) for run in wrong.runs]
    wrong = wrong.model_copy(update={"runs": runs})
    board = ledger_board(ledger(plug, wrong, entry("straight_through", noise(2))))
    assert [row.label for row in board.rows] == ["straight_through"]
    assert {one.label: one.reason for one in board.unranked} == {
        "half": "it has no certificate",
        "muprop": "declares itself unbiased; its measured relative bias is 0.7",
    }
    assert "Declared to be biased: straight_through." in board.verdict


def test_a_bundle_is_the_ledger_and_the_board_that_follows(tmp_path, whole):
    board = write_bundle(tmp_path, whole)
    ledger_path, board_path = bundle_paths(tmp_path, PROTOCOL)
    first = ledger_path.read_bytes()
    assert board.shipped and ClaimBoard.model_validate_json(board_path.read_text()) == board
    assert ledger_faults(board, read_ledger_file(ledger_path)) == []
    write_bundle(tmp_path, whole)
    assert ledger_path.read_bytes() == first


@pytest.mark.parametrize("protocol", shipped_protocols(), ids=lambda one: one.id)
def test_shipped_results_agree_and_say_what_is_wrong_when_bent(protocol):
    whole, board = shipped_ledger(protocol), shipped_board(protocol)
    assert ledger_faults(board, whole) == []
    assert whole.protocol == protocol.model_dump(mode="json")
    first = next(one for one in whole.entries if one.state == "ranked")
    without_run = first.model_copy(update={"runs": first.runs[:-1]})
    end = first.runs[-1].model_copy(update={"test": (first.runs[-1].test or 0) + 1e-3})
    digit = first.model_copy(update={"runs": [*first.runs[:-1], end]})
    others = [one for one in whole.entries if one is not first]
    for entries, said in (
        ([without_run, *others], "seeds are there"),
        (others, "the ledger is not the one"),
        ([digit, *others], "the ledger is not the one"),
    ):
        faults = ledger_faults(board, whole.model_copy(update={"entries": entries}))
        assert any(said in fault for fault in faults)
