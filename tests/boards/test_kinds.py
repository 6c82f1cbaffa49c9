"""A board of all kinds of device ranks what steps and evaluations compare, and says so."""

from collections import Counter

import pytest

from analysis.boards.shapes import Unanswerable
from analysis.figures.claims import arrival_chart, claim_chart, sensitivity_chart
from analysis.ledger.board import ledger_board
from analysis.ledger.frontier import claim_frontier
from analysis.ledger.kinds import COMPARES
from analysis.ledger.profiles import claim_profiles
from analysis.ledger.proofs import with_proof
from analysis.ledger.sensitivity import rate_sensitivity
from analysis.ledger.shapes import ClaimQuery, StratumSize
from analysis.ledger.verify import ledger_faults
from analysis.ledger.versus import compare_entries
from analysis.pages.benchmark import benchmark_page
from analysis.tables.claim_columns import claim_columns
from analysis.tables.claim_files import claim_csv
from tests.boards.test_axes import curved, reaching
from tests.boards.test_joint import SHIPPED, joint, local_entry, tuned_by
from tests.boards.test_ledger import NAMES, PROTOCOL, entry, ledger, noise
from tests.boards.test_proofs import NEW, proved

ANY = ClaimQuery(device="any")
SECONDS = [ClaimQuery(axis="seconds"), ClaimQuery(axis="reach", spend="seconds")]


def on(device, one):
    """All of its runs there."""
    runs = [run.model_copy(update={"device": device}) for run in one.runs]
    return one.model_copy(update={"runs": runs})


def visitor(name, shift, code="c0de", **more):
    """Entered here, and trained on another kind of device than what shipped."""
    return on("phone", tuned_by(code, local_entry(name, shift, code=code, **more)))


@pytest.fixture
def mixed():
    """Three that shipped, of which one was trained on a phone too and is better there; another that
    was trained there alone, and one by other code."""
    return joint(visitor("half", -9.0), visitor("nvil", 0.7), visitor("arm", 0.0, "other"))


def test_entries_of_all_kinds_are_ranked_where_that_is_asked_for(mixed):
    board = ledger_board(mixed, ANY)
    assert (board.code, board.device) == ("c0de", "a processor")
    assert [(row.entry_id, row.ranks, row.device) for row in board.rows] == [
        ("reinforce_loo", (1, 1), None),
        ("muprop", (2, 2), None),
        ("nvil here", (3, 3), "phone"),
        ("half", (4, 4), None),
    ]
    assert len(board.pairs) == 6 and ledger_faults(board, mixed) == []
    evals = ledger_board(mixed, ANY.model_copy(update={"axis": "evals"}))
    assert Counter(row.device for row in evals.rows) == {None: 3, "phone": 1}


def test_of_several_kinds_the_commonest_stands_whatever_came_out(mixed):
    """The entry on a phone is far better, and listed; once most are of phones, it stands."""
    [half, arm] = ledger_board(mixed, ANY).unranked
    assert (half.entry_id, half.elsewhere) == ("half here", "device") and half.reason == (
        "it was trained by code c0de on phone, on whose board it stands; here entry half, trained "
        "by code c0de on a processor, stands for its estimator"
    )
    assert (arm.elsewhere, arm.reason) == ("code", "it was trained by code other on phone")
    on_phones = ledger_board(mixed, ClaimQuery(device="phone", code="c0de"))
    assert {row.entry_id for row in on_phones.rows} == {"half here", "nvil here"}
    more = joint(*(visitor(name, -9.0) for name in ("half", "nvil", "arm", "arms")))
    board = ledger_board(more, ANY)
    assert board.device == "phone"
    devices = {row.entry_id: row.device for row in board.rows}
    assert devices == {f"{name} here": None for name in ("half", "nvil", "arm", "arms")} | {
        "reinforce_loo": "a processor",
        "muprop": "a processor",
    }
    assert [one.entry_id for one in board.unranked] == ["half"]


def test_one_that_may_not_be_ranked_gives_no_way_to_its_other_try(mixed):
    """Else who stands would hang on what was measured."""
    entries = [
        one.model_copy(update={"refused": "it is biased"}) if one.entry_id == "half" else one
        for one in mixed.entries
    ]
    board = ledger_board(mixed.model_copy(update={"entries": entries}), ANY)
    assert "half" not in {row.label for row in board.rows}
    reasons = {one.entry_id: one.reason for one in board.unranked}
    assert reasons["half"] == "it is biased" and "here entry half, trained" in reasons["half here"]


def test_of_two_tries_on_one_kind_the_newest_stands():
    again = visitor("nvil", 5.0, id="again", supersedes="nvil here")
    whole = joint(visitor("nvil", 0.7), again)
    assert [row.entry_id for row in ledger_board(whole, ANY).rows][-1] == "again"


def test_the_board_says_how_many_rows_each_kind_trained_and_what_that_means(mixed):
    board = ledger_board(mixed, ANY)
    assert board.verdict[2] == f"3 rows trained on a processor, 1 on phone.  {COMPARES}"
    assert [said for said in board.verdict if "another board" in said] == [
        "1 complete entry trained by code other on phone: another board."
    ]
    assert not any("--device" in said for said in board.verdict)
    alone = ledger_board(SHIPPED, ANY)
    assert "3 rows trained on a processor, and none on another kind of device." in alone.verdict
    assert not any(COMPARES in said for said in alone.verdict)


def test_the_default_board_mixes_nothing_and_names_the_board_of_all_kinds(mixed):
    board = ledger_board(mixed)
    assert [row.entry_id for row in board.rows] == list(NAMES)
    assert not any(row.device for row in board.rows) and "device" not in board.rows[0].model_dump()
    assert {one.elsewhere for one in board.unranked} == {"device"}
    [way] = [said for said in board.verdict if "--device any" in said]
    name = PROTOCOL.name
    assert way.endswith(
        f"At equal steps or evaluations all kinds of device are ranked together (gradarena claims "
        f"{name} --device any): of each estimator that code c0de trained, the entry on the "
        f"commonest of them."
    )


def test_code_that_is_asked_for_is_of_all_kinds_too(mixed):
    board = ledger_board(mixed, ClaimQuery(device="any", code="other"))
    assert [row.entry_id for row in board.rows] == ["arm here"] and board.device == "phone"
    with pytest.raises(Unanswerable, match="Nobody is complete by code none.") as refused:
        ledger_board(mixed, ClaimQuery(device="any", code="none"))
    assert refused.value.field == "code"
    assert ledger_board(ledger(), ANY).rows == []


def test_a_device_that_nobody_recorded_is_named_as_such():
    board = ledger_board(joint(on(None, tuned_by("c0de", local_entry("nvil", 0.7)))), ANY)
    assert [row.device for row in board.rows if row.device] == ["an unknown device"]
    assert any("3 rows trained on a processor, 1 on an unknown" in one for one in board.verdict)


def test_code_that_is_proved_equal_stands_beside_other_kinds():
    """By code of before on a processor, and by the new code on a phone."""
    shipped = proved("reinforce_loo", "muprop", "half")
    here = tuned_by("new", local_entry("arm", 0.4, code="new"))
    phone = visitor("nvil", 0.7, "new")
    whole = with_proof(
        shipped.model_copy(update={"entries": [*shipped.entries, here, phone]}), shipped.proofs[0]
    )
    board = ledger_board(whole, ANY)
    assert [(row.label, row.code, row.device) for row in board.rows] == [
        ("reinforce_loo", "c0de", None),
        ("arm", None, None),
        ("muprop", "c0de", None),
        ("nvil", None, "phone"),
        ("half", "c0de", None),
    ]
    [equal] = board.equal_codes
    assert (equal.code, equal.rows, equal.tried_on) == ("c0de", 3, None)
    old = on("phone", entry("nvil", noise(5, 0.7), id="old"))
    tried = NEW.model_copy(update={"device": "phone", "equal": {"old": "old confirmation 0 1"}})
    both = with_proof(shipped.model_copy(update={"entries": [*shipped.entries, here, old]}), tried)
    equals = ledger_board(both, ANY)
    assert [(one.device, one.tried_on) for one in equals.equal_codes] == [
        ("a processor", None),
        ("phone", "phone"),
    ]
    assert any("code new on phone gives the bounds" in said for said in equals.verdict)


def curves():
    return reaching(
        curved("half", 4.0, 3), curved("muprop", 5.0, 3), on("phone", curved("nvil", 4.0, 3))
    )


@pytest.mark.parametrize("query", SECONDS)
def test_seconds_of_several_kinds_are_refused(query):
    whole = curves()
    assert len(ledger_board(whole, query).rows) == 2
    with pytest.raises(Unanswerable) as refused:
        ledger_board(whole, query.model_copy(update={"device": "any"}))
    error = refused.value
    assert (error.field, str(error), error.fix) == (
        "device",
        "Seconds of several kinds of device do not compare.",
        "Name one kind of device, or count steps or evaluations.",
    )


def test_pairs_frontiers_arrivals_and_rates_are_of_all_kinds_too():
    whole = curves()
    board = ledger_board(whole, ANY)
    assert len(ledger_board(whole, ANY.model_copy(update={"axis": "reach"})).rows) == 3
    words = compare_entries(whole, "half", "nvil", ANY).words
    assert words.endswith(f"half trained on a processor, nvil trained on phone.  {COMPARES}")
    assert COMPARES not in compare_entries(whole, "half", "muprop", ANY).words
    with pytest.raises(LookupError):
        compare_entries(whole, "half", "nvil")
    kinds = {"half": None, "muprop": None, "nvil": "phone"}
    profiles, rates = claim_profiles(whole, "evals", ANY), rate_sensitivity(whole, ANY)
    for some in (claim_frontier(board).points, profiles.profiles, rates.curves):
        assert {one.label: one.device for one in some} == kinds
    with pytest.raises(Unanswerable, match="Seconds of several"):
        claim_frontier(board, "seconds")
    with pytest.raises(Unanswerable, match="Seconds of several"):
        claim_profiles(whole, "seconds", ANY)
    [axes, *_] = claim_chart(board).axes
    assert "nvil on phone" in [label.get_text() for label in axes.get_yticklabels()]
    for chart in (arrival_chart(profiles), sensitivity_chart(rates)):
        texts = [text.get_text() for text in chart.legends[0].get_texts()]
        assert sum(text.startswith("nvil on phone") for text in texts) == 1


def test_rates_are_of_those_that_stand_for_their_estimators(mixed):
    curves = rate_sensitivity(mixed, ANY).curves
    assert {one.entry_id for one in curves} == {*NAMES, "nvil here"}
    assert {one.entry_id for one in rate_sensitivity(mixed).curves} == set(NAMES)
    assert not any(one.device for one in rate_sensitivity(mixed).curves)


def test_every_form_names_the_device_of_a_row_of_another_kind(mixed):
    board, usual = ledger_board(mixed, ANY), ledger_board(mixed)
    [column] = [one for one in claim_columns(board) if one.title == "device"]
    assert [column.text(row) for row in board.rows] == ["-", "-", "phone", "-"]
    assert column.legend == "device: that trained it, where it is not a processor"
    assert "device" not in [one.title for one in claim_columns(usual)]
    header, *lines = claim_csv(board).splitlines()
    device_column = header.split(",").index("device")
    assert [line.split(",")[device_column] for line in lines[:4]] == ["", "", "phone", ""]
    page = benchmark_page(PROTOCOL, [PROTOCOL.id], [], board, "http://here")
    assert "<td>phone</td>" in page and COMPARES in page.partition("The whole verdict")[0]
    assert "Trained by code c0de on all kinds of device; most entries on a processor." in page


def test_the_page_links_the_board_of_all_kinds_where_there_are_several(mixed):
    board, home = ledger_board(mixed), f"/benchmarks/{PROTOCOL.id}"
    assert StratumSize(code="c0de", device="phone", entries=2) in board.strata
    usual = benchmark_page(PROTOCOL, [PROTOCOL.id], [], board, "http://here")
    assert f'<a href="{home}?device=any">all kinds of device on one board</a>' in usual
    page = benchmark_page(PROTOCOL, [PROTOCOL.id], [], ledger_board(mixed, ANY), "http://here")
    assert "kinds of device on one board" not in page
    assert f'<a href="{home}?axis=evals&amp;device=any">' in page
    assert f'<a href="{home}?axis=seconds">' in page
    alone = benchmark_page(PROTOCOL, [PROTOCOL.id], [], ledger_board(SHIPPED), "http://here")
    assert "kinds of device" not in alone
