"""What shipped and what was entered here are one ledger, and no board mixes codes or devices."""

import pytest

from analysis.boards.shapes import Unanswerable
from analysis.ledger.board import ledger_board
from analysis.ledger.joint import joint_ledger, local_part, mark_shipped, shipped_part
from analysis.ledger.sensitivity import rate_sensitivity
from analysis.ledger.shapes import ClaimQuery, Ledger
from analysis.ledger.verify import ledger_faults
from analysis.ledger.versus import compare_entries
from analysis.pages.benchmark import benchmark_page
from analysis.tables.claim_columns import claim_columns
from tests.boards.test_ledger import NAMES, PROTOCOL, entry, ledger, noise

SHIPPED = mark_shipped(ledger(*(entry(name, noise(i, i * 0.5)) for i, name in enumerate(NAMES))))


def local_entry(name, shift, **more):
    return entry(name, noise(9, shift), **{"id": f"{name} here"} | more)


def joint(*some):
    return joint_ledger(SHIPPED, ledger(*some))


def tuned_by(code, one):
    """Its tuning too."""
    runs = [run.model_copy(update={"code": code}) for run in one.runs]
    return one.model_copy(update={"runs": runs})


def test_an_entry_made_here_is_ranked_among_the_shipped_ones():
    whole = joint(local_entry("nvil", 0.7))
    board = ledger_board(whole)
    assert [(row.label, row.shipped) for row in board.rows] == [
        ("reinforce_loo", True),
        ("muprop", True),
        ("nvil", False),
        ("half", True),
    ]
    assert len(board.pairs) == 6 and ledger_faults(board, whole) == []
    assert not board.shipped and shipped_part(whole) == SHIPPED
    [column] = [one for one in claim_columns(board) if one.title == "from"]
    assert [column.text(row) for row in board.rows] == ["shipped", "shipped", "here", "shipped"]
    page = benchmark_page(PROTOCOL, [PROTOCOL.id], [], board, "http://here")
    assert "3 rows shipped with the package, read-only; 1 row entered here." in page
    assert compare_entries(whole, "nvil", "half").pair.better == "nvil here"


def test_another_try_here_takes_the_shipped_ones_place_and_history_has_both():
    first = local_entry("half", 5.0)
    whole = joint(first, local_entry("half", -1.0, id="again", supersedes=first.entry_id))
    board = ledger_board(whole)
    assert [row.entry_id for row in board.rows] == ["again", "reinforce_loo", "muprop"]
    assert [one.supersedes for one in whole.entries] == [None] * 3 + ["half", "half here"]
    assert ledger_faults(board, whole) == [] and local_part(whole).entries[0] == first
    bent = whole.model_copy(update={"entries": [*SHIPPED.entries, first]})
    assert "entry half here (half) does not supersede entry half (half)" in ledger_faults(
        ledger_board(bent), bent
    )


@pytest.mark.parametrize("state", ["tuning", "failed", "withdrawn"])
def test_the_shipped_one_stays_until_another_is_ranked_in_its_place(state):
    whole = joint(local_entry("half", -1.0, state=state, reason="a slip"))
    board = ledger_board(whole)
    assert [row.entry_id for row in board.rows] == list(NAMES)
    assert [one.entry_id for one in board.unranked] == ["half here"]
    assert ledger_faults(board, whole) == []


def test_a_shipped_one_without_a_rank_is_replaced_by_any_code():
    gone = [
        one.model_copy(update={"state": "withdrawn", "reason": "a slip"})
        if one.entry_id == "half"
        else one
        for one in SHIPPED.entries
    ]
    local = ledger(local_entry("half", 0.0, code="new"))
    whole = joint_ledger(Ledger(protocol=SHIPPED.protocol, entries=gone), local)
    assert whole.entries[-1].supersedes == "half"


def test_another_processor_has_a_board_of_its_own_which_code_cannot_mend():
    half = tuned_by("c0de", local_entry("half", -1.0))
    runs = [run.model_copy(update={"device": "another processor"}) for run in half.runs]
    board = ledger_board(joint(half.model_copy(update={"runs": runs})))
    assert [row.entry_id for row in board.rows] == list(NAMES)
    assert [one.elsewhere for one in board.unranked] == ["device"]
    said = "half stands on the board of another kind of processor (gradarena claims"
    assert [line.startswith(said) for line in board.verdict].count(True) == 1
    assert not any("again (gradarena" in line for line in board.verdict)


def test_other_code_has_a_board_of_its_own_and_replaces_nothing():
    new = tuned_by("new", local_entry("half", -1.0, code="new"))
    whole = joint(new)
    board = ledger_board(whole)
    assert [row.entry_id for row in board.rows] == list(NAMES) and board.code == "c0de"
    assert [(one.code, one.entries) for one in board.strata] == [("c0de", 3), ("new", 1)]
    assert any("half, entered here: it was trained by code new" in said for said in board.verdict)
    way = (
        f"Enter half again (gradarena enter {PROTOCOL.name}) and the code that runs here trains it"
    )
    assert [said.startswith(way) for said in board.verdict].count(True) == 1
    query = ClaimQuery(code="new")
    other = ledger_board(whole, query)
    assert [row.entry_id for row in other.rows] == ["half here"]
    assert not any("again (gradarena" in said for said in other.verdict)
    assert {one.entry_id for one in other.unranked} == set(NAMES)
    assert ledger_faults(board, whole) == ledger_faults(other, whole) == []
    assert {one.entry_id for one in rate_sensitivity(whole).curves} == set(NAMES)
    assert [one.entry_id for one in rate_sensitivity(whole, query).curves] == ["half here"]
    page = benchmark_page(PROTOCOL, [PROTOCOL.id], [], board, "http://here")
    assert f"/benchmarks/{PROTOCOL.id}?code=new&amp;device=a+processor" in page
    with pytest.raises(Unanswerable, match="Nobody is complete by code none."):
        ledger_board(whole, ClaimQuery(code="none"))


def test_as_many_entries_by_newer_code_are_the_board():
    news = [tuned_by("new", local_entry(name, i, code="new")) for i, name in enumerate(NAMES)]
    board = ledger_board(joint(*news))
    assert board.code == "new" and not any(row.shipped for row in board.rows)
