"""Code that is proved to give stored numbers again stands on one board with what trained them."""

import pytest

from analysis.comparisons.pareto import Pareto
from analysis.ledger.board import ledger_board
from analysis.ledger.changes import ledger_changes
from analysis.ledger.frontier import claim_frontier
from analysis.ledger.joint import is_newer, joint_ledger
from analysis.ledger.proofs import (
    Trained,
    add_verdict,
    compare_runs,
    compared_run,
    trained_run,
    with_proof,
)
from analysis.ledger.rows import confirmation
from analysis.ledger.sensitivity import rate_sensitivity
from analysis.ledger.shapes import ClaimQuery, CodeProof
from analysis.ledger.strata import Stratum, standing_strata, stratum_proof
from analysis.ledger.verify import ledger_faults
from tests.boards.test_axes import curved, reaching
from tests.boards.test_joint import SHIPPED, local_entry, tuned_by
from tests.boards.test_ledger import ledger

NEW = CodeProof(code="new", device="a processor", made_on="2026-11-26", environment={"torch": "2"})
STORED = confirmation(curved("half", 4.0, 3))[0].model_copy(
    update={"gradient": {"bias": 0.25, "log_ratio": -1.5}, "validation": 9.5}
)


def series_of(run):
    """As the library gives a run again that comes out equal."""
    curve = run.curve
    ends = {"test": run.test, "validation": run.validation, "evaluations": run.evaluations}
    numbers = {
        name: (curve.steps, [*getattr(curve, name)[:-1], ends[name]])
        for name in ("test", "validation", "evaluations")
    }
    return {
        "bound/test": numbers["test"],
        "bound/validation": numbers["validation"],
        "evaluations": numbers["evaluations"],
        **{f"gradient/{name}": ([20], [value]) for name, value in run.gradient.items()},
    }


@pytest.fixture
def stored():
    """A run whose ends are those of its curve."""
    curve = STORED.curve
    ends = {name: getattr(curve, name)[-1] for name in ("test", "validation", "evaluations")}
    return STORED.model_copy(update=ends)


def test_a_run_is_equal_to_the_last_bit_or_the_first_difference_is_named(stored):
    verdict = compare_runs(stored, Trained(series_of(stored), "completed"))
    assert verdict.fault is None and verdict.numbers == 3 * 11 + 3 and verdict.gap == 0
    for name in ("bound/test", "bound/validation", "evaluations"):
        series = series_of(stored)
        steps, values = series[name]
        series[name] = (steps, [*values[:3], values[3] * (1 + 1e-15), *values[4:]])
        fault = compare_runs(stored, Trained(series, "completed")).fault
        assert fault.startswith(f"{name} at step 6 is ")
        del series[name]
        assert "is None, and was" in compare_runs(stored, Trained(series, "completed")).fault
    assert (
        "it diverged, and had completed"
        in compare_runs(stored, Trained(series_of(stored), "diverged")).fault
    )


def test_what_is_measured_may_be_apart_by_rounding_which_is_written_down(stored):
    series = series_of(stored) | {"gradient/bias": ([20], [0.25 + 1e-9])}
    verdict = compare_runs(stored, Trained(series, "completed"))
    assert verdict.fault is None and verdict.gap == pytest.approx(1e-9)
    series |= {"gradient/bias": ([20], [0.2501])}
    assert "gradient differs" in compare_runs(stored, Trained(series, "completed")).fault


def proved(*names, unequal=()):
    """What shipped, with new code that gives some entries again and others not."""
    entries = {one.entry_id: one for one in SHIPPED.entries}
    equal = {name: compared_run(entries[name]).run_id for name in names}
    other = dict.fromkeys(unequal, "bound/test at step 6 is 1.0, and was 2.0")
    return with_proof(SHIPPED, NEW.model_copy(update={"equal": equal, "unequal": other}))


def by_new_code(name, shift):
    return tuned_by("new", local_entry(name, shift, code="new"))


def test_equal_codes_are_one_and_the_board_says_so():
    shipped = proved("reinforce_loo", "muprop", unequal=["half"])
    whole = joint_ledger(shipped, ledger(by_new_code("nvil", 0.7), by_new_code("arm", 0.9)))
    board = ledger_board(whole)
    assert board.code == "new" and [(row.label, row.code) for row in board.rows] == [
        ("reinforce_loo", "c0de"),
        ("muprop", "c0de"),
        ("nvil", None),
        ("arm", None),
    ]
    [left] = board.unranked
    assert left.entry_id == "half" and left.reason == (
        "it was trained by code c0de on a processor, and new gives other numbers: "
        "bound/test at step 6 is 1.0, and was 2.0"
    )
    [equal] = board.equal_codes
    assert (equal.code, equal.rows, equal.made_on) == ("c0de", 2, "2026-11-26")
    said = "2 rows trained by code c0de on a processor; code new on a processor gives the bounds"
    assert any(line.startswith(said) for line in board.verdict)
    assert [(one.code, one.entries) for one in board.strata] == [("new", 4), ("c0de", 3)]
    assert ledger_faults(board, whole) == []
    curves = {one.entry_id for one in rate_sensitivity(whole).curves}
    assert curves == {"reinforce_loo", "muprop", "nvil here", "arm here"}


def test_code_that_equals_other_code_on_one_device_stands_for_it_on_all():
    """In a chain too; what was tried beside code that does not stand for an entry says nothing."""
    entry = SHIPPED.entries[0]
    equal = {entry.entry_id: compared_run(entry).run_id}
    second = NEW.model_copy(update={"code": "second", "device": "phone", "equal": equal})
    first = second.model_copy(update={"code": "first", "beside": "c0de"})
    second = second.model_copy(update={"beside": "first"})
    strange = second.model_copy(update={"code": "third", "beside": "strange"})
    here = Stratum("c0de", "a processor")
    assert standing_strata(entry, [first, second, strange]) == [
        Stratum("second", "a processor"),
        Stratum("first", "a processor"),
        here,
    ]
    assert standing_strata(entry, [second]) == [here]
    assert stratum_proof([first, second], Stratum("first", "a processor")) == first
    alone = first.model_copy(update={"beside": None, "device": "a processor"})
    assert stratum_proof([first, alone], Stratum("first", "a processor")) == alone
    both = with_proof(with_proof(SHIPPED, first), first.model_copy(update={"beside": None}))
    assert len(both.proofs) == 2


def test_a_run_that_was_trained_elsewhere_too_is_compared_like_a_stored_one(stored):
    series = series_of(stored)
    series["bound/test"] = (series["bound/test"][0], [v + 1 for v in series["bound/test"][1]])
    elsewhere = trained_run(stored, Trained(series, "completed"))
    assert elsewhere.test == stored.test + 1 and elsewhere.gradient == stored.gradient
    assert compare_runs(elsewhere, Trained(series, "completed")).fault is None
    assert "bound/test" in compare_runs(elsewhere, Trained(series_of(stored), "completed")).fault
    nothing = trained_run(stored, Trained({}, "diverged"))
    assert (nothing.test, nothing.curve.steps, nothing.gradient) == (None, [], {})


def test_code_of_which_nothing_is_known_stays_by_itself():
    shipped = proved("reinforce_loo", "muprop", "half")
    other = tuned_by("0ther", local_entry("nvil", 0.7, code="0ther"))
    board = ledger_board(joint_ledger(shipped, ledger(other)))
    assert len(board.rows) == 3 and [one.entry_id for one in board.unranked] == ["nvil here"]
    elsewhere = tuned_by("new", local_entry("nvil", 0.7, code="new"))
    runs = [run.model_copy(update={"device": "another"}) for run in elsewhere.runs]
    moved = elsewhere.model_copy(update={"runs": runs})
    assert len(ledger_board(joint_ledger(shipped, ledger(moved))).rows) == 3


def test_a_try_by_equal_code_takes_the_place_of_a_proved_entry_alone():
    shipped = proved("reinforce_loo", unequal=["half"])
    both = ledger(by_new_code("reinforce_loo", 0.1), by_new_code("half", 0.2))
    whole = joint_ledger(shipped, both)
    assert [one.supersedes for one in whole.entries[3:]] == ["reinforce_loo", None]
    assert ledger_faults(ledger_board(whole), whole) == []
    ships = joint_ledger(shipped, both, is_newer)
    assert [one.supersedes for one in ships.entries[3:]] == ["reinforce_loo", "half"]


def test_equal_numbers_are_not_equal_times():
    old = [curved("half", 4.0, 3), curved("muprop", 5.0, 3)]
    new = tuned_by("new", curved("nvil", 4.0, 3))
    equal = {one.entry_id: compared_run(one).run_id for one in old}
    whole = with_proof(reaching(*old, new), NEW.model_copy(update={"equal": equal}))
    assert len(ledger_board(whole).rows) == 3
    seconds = ledger_board(whole, ClaimQuery(axis="seconds"))
    assert {row.label for row in seconds.rows} == {"half", "muprop"} and seconds.code == "c0de"
    reach = ledger_board(whole, ClaimQuery(axis="reach", spend="seconds"))
    assert len(reach.rows) == 2
    points: Pareto = claim_frontier(ledger_board(whole), "seconds")
    assert {one.label for one in points.points} == {"half", "muprop"}
    assert len(claim_frontier(ledger_board(whole), "evals").points) == 3


def test_a_proof_that_is_bent_is_named():
    whole = proved("reinforce_loo", unequal=["half"])
    claimed = proved("reinforce_loo", "half")
    [said] = ledger_changes(claimed, whole, "the package")
    assert said == "what it says of equal code is not what the package says"
    proof = whole.proofs[0]
    gone = with_proof(whole, proof.model_copy(update={"equal": {"nobody": "no run"}}))
    faults = ledger_faults(ledger_board(gone), gone)
    assert "run no run of entry nobody, which new equals, is not there" in faults


def test_a_second_look_replaces_the_first(stored):
    entry = SHIPPED.entries[0]
    good = compare_runs(stored, Trained(series_of(stored), "completed"))
    bad = good._replace(fault="bound/test at step 6 is 1.0, and was 2.0")
    once = add_verdict(NEW, entry, bad)
    assert once.unequal == {entry.entry_id: bad.fault} and once.numbers == 0
    again = add_verdict(once, entry, good)
    assert not again.unequal and again.equal == {entry.entry_id: compared_run(entry).run_id}
    whole = with_proof(with_proof(SHIPPED, once), again)
    assert whole.proofs == [again]
