"""Results that came with the package, and what is entered here among them."""

from html import escape

import pytest

from analysis.ledger.bundles import shipped_board
from analysis.ledger.shapes import ClaimBoard, Ledger
from analysis.ledger.verify import ledger_faults
from estimators.specs.protocols import official_protocols
from service import ledgers
from tests.api.test_benchmarks import TOY, enter
from tests.store.test_entries import advance, train

SHIPPED = shipped_board(official_protocols()["toy@2"])


@pytest.fixture
def trained_alike(monkeypatch):
    """Runs of these tests say that what trained the shipped ones trained them too."""
    of = {"code": SHIPPED.code, "device_class": SHIPPED.device}
    monkeypatch.setattr(ledgers, "_joined", lambda environments, name: of[name])


@pytest.mark.usefixtures("trained_alike")
def test_an_entry_is_ranked_among_the_shipped_ones_and_takes_the_place_of_its_own(api, database):
    """On the board and its page, in the ledger, the history, the list, standings and at home."""
    entry = enter(api, {"estimator": {"name": "half"}}).json()
    board = api.get("/v1/benchmarks/toy/board").json()
    assert len(board["rows"]) == 26 and all(row["shipped"] for row in board["rows"])
    assert [(one["entry_id"], one["reason"]) for one in board["unranked"]] == [
        (entry["id"], "it is tuning")
    ]
    for _ in range(2):
        train(database, bound=lambda run: -run.seed)
        advance(database)
    board = api.get("/v1/benchmarks/toy/board").json()
    assert len(board["rows"]) == 26 and not board["shipped"] and board["unranked"] == []
    assert [row["entry_id"] for row in board["rows"] if not row.get("shipped")] == [entry["id"]]
    assert board["rows"][0]["entry_id"] == entry["id"]
    [before] = [row.entry_id for row in SHIPPED.rows if row.label == "half"]
    ledger = api.get("/v1/benchmarks/toy/ledger").json()
    mine = [one for one in ledger["entries"] if not one.get("shipped")]
    assert [(one["entry_id"], one["supersedes"]) for one in mine] == [(entry["id"], before)]
    assert ledger_faults(ClaimBoard(**board), Ledger(**ledger)) == []
    listed, history = (api.get(TOY, params={"history": it}).json()["data"] for it in (0, 1))
    assert len(listed) == 26 and before not in {one["id"] for one in listed}
    assert before in {one["id"] for one in history} and listed[-1]["supersedes"] == before
    assert api.get(f"{TOY}/{before}").json()["shipped"] and listed[0]["owner"] is None
    assert len(api.get(TOY, params={"shipped": False}).json()["data"]) == 1
    story = api.get(f"/benchmarks/toy/entries/{entry['id']}").text
    assert '<a href="/benchmarks/toy@2">1 of 26</a>' in story
    text = api.get("/benchmarks/toy").text
    assert "25 rows shipped with the package, read-only; 1 row entered here." in text
    assert text.count("entered here</span>") == 1 and "More figures: " in text
    pair = [entry["id"], board["rows"][1]["entry_id"]]
    against = api.get("/benchmarks/toy/compare", params={"entry": pair, "axis": "steps"}).text
    assert "half is better than" in against and against.count("<svg") == 20
    assert f"/benchmarks/toy@2/compare.svg?entry={pair[0]}&amp;entry={pair[1]}" in against
    alone = api.get("/benchmarks/toy/compare", params={"entry": pair[:1]})
    assert alone.status_code == 422 and "Ticked: 1 row." in alone.text
    [standing] = [
        one for one in api.get("/v1/standings").json()["benchmarks"] if one["benchmark"] == "toy@2"
    ]
    assert (standing["ranked"], standing["entered"]) == (26, 1) and not standing["shipped"]
    assert "1 ranked, 25 shipped" in api.get("/").text


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_board_comes_in_other_forms_as_named_or_as_accepted(api):
    address = "/v1/benchmarks/toy/board"
    ask = lambda form: api.get(address, params={"format": form})
    starts = {"json": "{", "csv": "entry_id,", "md": "| rank | ", "svg": "<?xml"}
    answers = {form: ask(form) for form in starts}
    assert {form: one.text[: len(starts[form])] for form, one in answers.items()} == starts
    assert ClaimBoard(**answers["json"].json()) == SHIPPED
    assert answers["svg"].headers["content-type"] == "image/svg+xml"
    tags = {one.headers["ETag"] for one in answers.values()}
    assert len(tags) == 4
    fresh = api.get(address, headers={"If-None-Match": api.get(address).headers["ETag"]})
    accepted = api.get(address, headers={"Accept": "text/csv"})
    assert fresh.status_code == 304 and accepted.text.startswith("entry_id,")
    assert api.get(address, headers={"Accept": "image/png"}).status_code == 406
    page = api.get("/benchmarks/toy?axis=evals").text
    for form in starts:
        assert f'"/v1/benchmarks/toy@2/board?format={form}&amp;axis=evals"' in page


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_two_shipped_entries_have_their_curves_drawn_and_in_figures(api):
    pair = {"entry": ["half", "muprop"]}
    drawn = api.get("/benchmarks/toy/compare.svg", params=pair)
    assert drawn.text.startswith("<?xml") and drawn.text.count('id="curve-') == 2
    assert "prefers-color-scheme:dark" in drawn.text
    figures = api.get("/benchmarks/toy/compare.html", params=pair).text
    assert "Means over seeds with 95% intervals." in figures
    assert all(f"{name}</th>" in figures for name in pair["entry"])
    assert api.get("/benchmarks/toy/compare.svg", params={"entry": "half"}).status_code == 422


def test_an_entry_by_other_code_has_a_board_of_its_own(api, database):
    entry = enter(api, {"estimator": {"name": "half"}}).json()
    for _ in range(2):
        train(database)
        advance(database)
    board = api.get("/v1/benchmarks/toy/board").json()
    assert len(board["rows"]) == 26 and all(row["shipped"] for row in board["rows"])
    assert [(one["entries"], one["code"]) for one in board["strata"]] == [
        (26, SHIPPED.code),
        (1, None),
    ]
    assert board["unranked"][0]["entry_id"] == entry["id"]
    assert api.get("/v1/benchmarks/toy/board?code=none").status_code == 422
    text = api.get(f"/benchmarks/toy/entries/{entry['id']}").text
    assert "none: it was trained by code and on a device that are unknown" in " ".join(text.split())


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_an_entry_names_the_board_of_the_code_that_trained_it(api, database, monkeypatch):
    mine = {"code": "0123456789abcdef", "device_class": "cpu"}
    monkeypatch.setattr(ledgers, "_joined", lambda environments, name: mine[name])
    entry = enter(api, {"estimator": {"name": "half"}}).json()
    for _ in range(2):
        train(database)
        advance(database)
    text = " ".join(api.get(f"/benchmarks/toy/entries/{entry['id']}").text.split())
    board = "/benchmarks/toy@2?code=0123456789abcdef&device=cpu"
    assert f'<a href="{escape(board)}">1 of 1, on the board of the code that trained it</a>' in text
    assert "it was trained by code 0123456789abcdef on cpu" in text
    assert "Trained by code 0123456789abcdef on cpu." in api.get(board).text


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_entries_of_another_device_are_ranked_among_all_where_that_is_asked_for(
    api, database, monkeypatch
):
    """On the board in every form, its page, pairs, rates, the entry's page."""
    mine = {"code": SHIPPED.code, "device_class": "phone"}
    monkeypatch.setattr(ledgers, "_joined", lambda environments, name: mine[name])
    new, again = (
        enter(api, {"estimator": one}).json()
        for one in ({"name": "reinforce_loo", "draws": 3}, {"name": "half"})
    )
    for _ in range(2):
        train(database, bound=lambda run: -run.seed)
        advance(database)
    base, asked = "/v1/benchmarks/toy", {"device": "any"}
    board = api.get(f"{base}/board", params=asked).json()
    kinds = {row["entry_id"]: row.get("device") for row in board["rows"]}
    assert len(kinds) == 27 and {name for name, kind in kinds.items() if kind} == {new["id"]}
    assert kinds[new["id"]] == "phone" and board["device"] == SHIPPED.device
    [aside] = board["unranked"]
    assert (aside["entry_id"], aside["elsewhere"]) == (again["id"], "device")
    assert any(f"26 rows trained on {SHIPPED.device}, 1 on phone." in x for x in board["verdict"])
    ledger = api.get(f"{base}/ledger").json()
    assert ledger_faults(ClaimBoard(**board), Ledger(**ledger)) == []
    forms = {form: api.get(f"{base}/board", params=asked | {"format": form}).text for form in MARKS}
    assert all(mark in forms[form] for form, mark in MARKS.items())
    pair = asked | {"a": new["id"], "b": "muprop"}
    assert "trained on phone, muprop trained on" in api.get(f"{base}/compare", params=pair).text
    rates = api.get(f"{base}/sensitivity", params=asked).json()["curves"]
    assert [one["device"] for one in rates if "device" in one] == ["phone"]
    page = api.get("/benchmarks/toy?device=any").text
    assert '<input type="hidden" name="device" value="any">' in page and "<td>phone</td>" in page
    usual = api.get("/benchmarks/toy").text
    assert '<a href="/benchmarks/toy@2?device=any">all kinds of device on one board</a>' in usual
    against = {"entry": [new["id"], board["rows"][-1]["entry_id"]]} | asked
    assert "trained on phone, " in api.get("/benchmarks/toy/compare", params=against).text
    story = api.get(f"/benchmarks/toy/entries/{new['id']}").text
    assert '<a href="/benchmarks/toy@2?device=any">1 of 27</a>' in story
    story = api.get(f"/benchmarks/toy/entries/{again['id']}").text
    assert '<a href="/benchmarks/toy@2?device=any">none: it was trained by code' in story


MARKS = {"csv": ",phone,", "md": "| phone |", "svg": "reinforce_loo, draws 3 on phone"}
SECONDS = ("board?axis=seconds", "board?axis=reach&spend=seconds", "pareto?cost=seconds")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("asked", [*SECONDS, "profiles?spend=seconds"])
def test_seconds_of_all_kinds_of_device_are_refused(api, asked):
    answer = api.get(f"/v1/benchmarks/digits-structured-prediction/{asked}&device=any")
    problem = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["detail"] == "Seconds of several kinds of device do not compare."
    [fault] = problem["errors"]
    assert fault["parameter"] == "device" and fault["fix"].startswith("Name one kind of device")


def test_pairs_rates_and_margins_of_what_shipped(api):
    base = "/v1/benchmarks/toy@1"
    rows = api.get(f"{base}/board?margin=0.01").json()["rows"]
    pair = {"a": rows[0]["label"], "b": rows[-1]["label"], "margin": 0.01}
    both = api.get(f"{base}/compare", params=pair).json()
    assert both["pair"]["same"] and len(both["values"]) == 20 and rows[0]["label"] in both["words"]
    assert api.get(f"{base}/compare", params=pair | {"b": "nobody"}).status_code == 404
    rates = api.get(f"{base}/sensitivity").json()
    assert len(rates["curves"]) > 20
    drawn = api.get(f"{base}/sensitivity?format=svg")
    assert drawn.headers["Content-Type"].startswith("image/svg") and "<svg" in drawn.text
    assert api.get(f"{base}/profiles").status_code == 404


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_profiles_over_benchmarks_are_figures_and_a_picture(api, monkeypatch):
    """Of what ships, where nobody is entered."""
    some = [official_protocols()["digits-categorical@1"]]
    monkeypatch.setattr("service.api.standings.standing_protocols", lambda session: some)
    said = api.get("/v1/standings/profiles?spend=steps").json()
    assert said["spend"] == "steps" and list(said["targets"]) == ["digits-categorical@1"]
    scores = [one["score"] for one in said["profiles"]]
    assert all(0 <= one["low"] <= one["mean"] <= one["high"] <= 1 for one in scores)
    drawn = api.get("/v1/standings/profiles?format=svg")
    assert drawn.headers["content-type"] == "image/svg+xml" and drawn.content.startswith(b"<?xml")
    monkeypatch.undo()
    assert "/v1/standings/profiles?format=svg" in api.get("/standings").text
