"""Pages for people: every way through them leads somewhere, and they say what the API says."""

import re
import sys
from collections import Counter
from urllib.parse import urljoin

import pytest

from analysis.boards.shapes import Board
from analysis.figures import style
from analysis.figures.charts import board_curves
from analysis.figures.curves import curve_chart
from analysis.ledger.bundles import shipped_protocols
from analysis.records.formulas import FORMULAS
from analysis.records.runs import load_runs
from estimators.specs import ESTIMATORS
from tests.api.conftest import SMALLEST
from tests.api.test_benchmarks import TOY, enter
from tests.api.test_suite_probes import POINTS, measure
from tests.api.test_suites import FEW, ROW, train
from tests.boards.stored import put
from tests.boards.test_site import Links
from tests.boards.world import demo
from tests.store.test_entries import advance
from tests.store.test_entries import train as finish
from tests.thoroughness import often

SUITE = "/v1/suites/muprop-2016"


@pytest.fixture
def world(api, database):
    """A whole benchmark, a paper's cells and trajectories, and a job that waits.  The benchmark's
    id."""
    with database.begin() as session:
        benchmark = put(session, demo())
    api.post(f"{SUITE}/jobs", json=FEW | {"cells": ROW})
    while claimed(api, "queued"):
        train(database)
    api.post(f"{SUITE}/probes", json=POINTS)
    measure(database, 0.25)
    measure(database, 0.5)
    api.post("/v1/jobs", json=SMALLEST | {"labels": {"a": "b"}, "training": {"steps": 7}})
    return benchmark


@pytest.fixture
def entered(nothing_ships, api, database):
    """Two entries that are ranked and one that is withdrawn.  The benchmark's id."""
    for name in ("reinforce_loo", "muprop"):
        enter(api, {"estimator": {"name": name}})
    rank_entries(database)
    wrong = enter(api, {"estimator": {"name": "half"}}).json()
    api.post(f"{TOY}/{wrong['id']}/withdraw", params={"reason": "<a slip>"})
    return api.get("/v1/benchmarks/toy").json()["benchmark_id"]


def rank_entries(database):
    """From tuning to confirmation, and to the end."""
    for _ in range(2):
        finish(database)
        advance(database)


def claimed(api, state):
    return api.get("/v1/jobs", params={"state": state}).json()["data"]


def page(api, address):
    answer = api.get(address)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"), (
        answer.text
    )
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return answer.text


# What tells apart addresses that are answered by the same code of the same things: identifiers,
# names, versions, and tables of a paper.
NAMES = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|@1|(?<=estimators/)\w+|(?<=/benchmarks/)(?!toy)[\w-]+"
    r"|(?<=2016/table)[\w-]+?(?=(-gradients)?\.svg)|(?<=\.svg\?)scale=\w+|\b[0-9a-f]{16}\b"
)


def few_of_a_kind(links, known, most, board):
    """Links whose kind, the address without names, is not known well yet: a page of the three
    hundredth run says nothing new.  This board is a kind of its own."""
    kind = lambda link: NAMES.sub("*", link.replace(board, "BOARD"))
    counts = Counter(map(kind, known))
    fresh = []
    for link in links:
        counts[kind(link)] += 1
        if counts[kind(link)] <= most:
            fresh.append(link)
    return fresh


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("most", often([1, 5], [1]))
def test_every_link_and_picture_is_there(most, api, entered, world):
    todo, seen = ["/"], {}
    while todo:
        address = todo.pop()
        answer = api.get(address)
        seen[address] = answer.headers.get("content-type", "").split(";")[0]
        assert answer.status_code == 200, f"{address}: {answer.text}"
        if seen[address] == "text/html":
            assert not re.search(r"<script>|src=.https?:", answer.text)
            links = {urljoin(address, link) for link in Links(answer.text).found}
            links = {link for link in links if not link.startswith("http")}
            todo += few_of_a_kind(
                sorted(links - set(seen) - set(todo)), [*seen, *todo], most, world
            )
    kinds = list(seen.values())
    assert kinds.count("text/html") > 10 and kinds.count("image/svg+xml") > 10
    assert (
        "/benchmarks/toy@2" in seen
        and f"/boards/{world}?axis=reach" in seen
        and "/suites/muprop-2016?scale=full" in seen
    )


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_home_names_benchmarks_by_what_they_are(api, entered):
    text = page(api, "/")
    assert not re.search(r">[0-9a-f]{16}<|>[0-9a-f-]{36}<", text)
    order = [
        ">toy@2<",
        "The board cannot tell the best of ",
        "2 ranked, 1 withdrawn",
        ">digits-belief-net-1@1<",
        "gradarena enter NAME --all",
        "Standings over benchmarks",
        "What runs now",
        ">muprop-2016<",
        "Exploratory boards",
        f'href="/boards/{entered}"',
        "exploratory, of toy@2",
    ]
    places = [text.find(part) for part in order]
    assert -1 not in places and places == sorted(places)
    assert text.count(">toy@2<") == 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_home_computes_nothing_that_ships_and_lists_the_newest_versions(api, monkeypatch):
    """It comes at once: no board, ledger or standings of the package is made or read again."""
    for name in ("ledgers.ledger_board", "ledgers.shipped_ledger", "api.standings.claim_standings"):
        monkeypatch.setattr(f"service.{name}", None)
    text = page(api, "/")
    assert text.count(">toy@2<") == 1 and "toy@1" not in text
    assert "Shipped results came with the package" in text
    names = {protocol.name for protocol in shipped_protocols()}
    assert len(names) == text.count('<article class="card">')
    assert "mean rank" in text[text.find("Standings over benchmarks") :]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_versions_of_a_benchmark_lead_to_one_another(api):
    old, new = page(api, "/benchmarks/toy@1"), page(api, "/benchmarks/toy")
    assert "This is an old version; the newest is" in old and "/benchmarks/toy@2" in old
    assert "Older versions:" in new and '"/benchmarks/toy@1"' in new
    assert "version" not in page(api, "/benchmarks/digits-categorical").split("<h2>")[0]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_benchmark_page_has_protocol_board_entries_and_commands(api, entered):
    text, board = page(api, "/benchmarks/toy"), api.get("/v1/benchmarks/toy/board").json()
    assert text == page(api, "/benchmarks/toy@2")
    assert all(sentence in text for sentence in board["verdict"] if "<" not in sentence)
    assert "5 learning rates (0.01, 0.03, 0.1, 0.3, 1) on 2 seeds (1000, 1001): 10 runs" in text
    assert "20 seeds: 0 to 19" in text and "200 steps, minibatches of 10" in text
    for entry in api.get(TOY).json()["data"]:
        assert f">{entry['state']}</span>" in text and f"/jobs/{entry['tuning_job_id']}" in text
    assert "<td>&lt;a slip&gt;</td>" in text and "<a slip>" not in text
    assert "gradarena enter toy@2 --all" in text and "curl http://" in text
    assert re.search(r"gradarena enter toy@2 [a-z_]+\b", text)
    assert '<td class="figure">1-2</td>' in text


def test_a_benchmark_without_entries_says_so(api):
    text = page(api, "/benchmarks/disarm-mnist-linear")
    assert "Nobody is entered." in text and "No entry is ranked." in text
    assert "validation bound 141.1, from disarm at learning rate 0.0001" in text


def test_what_is_not_there_is_a_page_for_who_wants_one(api):
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for address in ("/nowhere", "/benchmarks/none", f"/boards/{'0' * 16}"):
        answer = api.get(address, headers=browser)
        assert answer.status_code == 404 and 'href="/"' in answer.text
        assert answer.headers["content-type"].startswith("text/html")
        assert api.get(address).headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_board_page_is_the_board(api, world):
    text = page(api, f"/boards/{world}?axis=evals")
    board = api.get(f"/v1/leaderboards/{world}", params={"axis": "evals"}).json()
    assert all(row["label"] in text for row in board["rows"]) and board["verdict"][0][:20] in text
    assert (
        f"/v1/leaderboards/{world}?format=csv&amp;axis=evals" in text and "curves.svg" not in text
    )
    assert "curves.svg" in page(api, f"/boards/{world}")
    answer = api.get(f"/boards/{world}")
    assert (
        api.get(f"/boards/{world}", headers={"If-None-Match": answer.headers["ETag"]}).status_code
        == 304
    )
    assert api.get(f"/boards/{world}?axis=luck").status_code == 422
    assert api.get(f"/boards/{'0' * 16}").status_code == 404
    assert api.get(f"/boards/{world}/none.svg").status_code == 404


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "name, series", [("curves", "bound/test"), ("variance", "gradient/variance")]
)
def test_its_curves_are_those_of_the_runs(api, world, name, series):
    runs = load_runs(api.get(f"/v1/leaderboards/{world}/runs").text.splitlines())
    board = Board.model_validate(api.get(f"/v1/leaderboards/{world}").json())
    words = {"curves": {}, "variance": {"y": "variance of the gradient", "log": True}}[name]
    found = board_curves(board, runs, series)
    assert len(found) == 6
    assert api.get(f"/boards/{world}/{name}.svg").content == style.svg_bytes(
        curve_chart(found, **words)
    )


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_job_page_keeps_itself_current_until_the_job_has_ended(api, world, database):
    [waiting] = claimed(api, "queued")
    home = f"/jobs/{waiting['id']}"
    text = page(api, home)
    assert 'http-equiv="refresh"' in text and f'data-live="/v1{home}/events"' in text
    assert "0% of its steps" in text and "curves.svg" not in text
    assert "No worker serves the queue cpu." in text and "curl http://" in text
    assert api.post(f"{home}/cancel", data={"a": "b"}).status_code == 303
    text = page(api, home)
    assert "data-live" not in text and "Retry what failed" in text and ">Cancel<" not in text
    assert api.post(f"{home}/retry", data={"a": "b"}).headers["location"] == home
    train(database)
    text = page(api, home)
    assert "refresh" not in text and "100% of its steps" in text
    assert "curves.svg" in text and "50.00" in text
    [run, *_] = api.get(f"/v1{home}/runs").json()["data"]
    text = page(api, f"/runs/{run['id']}")
    assert home in text and "curves.svg" in text and "<td>bound/test</td>" in text
    assert api.get(f"/jobs/{world}").status_code == 422


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_job_is_extended_on_its_page(api, job, database):
    """By more seeds at any time, by more steps when it has succeeded."""
    home = f"/jobs/{job['id']}"
    assert 'name="seeds"' in page(api, home) and 'name="steps"' not in page(api, home)
    made = api.post(f"{home}/extend", data={"seeds": "2"})
    more = api.get(f"/v1{made.headers['location']}").json()
    assert made.status_code == 303 and more["parent_id"] == job["id"]
    assert len(more["spec"]["seeds"]) == 2
    assert f'href="{home}"' in page(api, made.headers["location"])
    refused = api.post(f"{home}/extend", data={"seeds": "some"}, headers={"Accept": "text/html"})
    assert refused.status_code == 422 and "/seeds" in refused.text
    train(database)
    assert 'name="steps"' in page(api, home)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_papers_page_has_its_tables_and_pictures(api, world, monkeypatch):
    text = page(api, "/suites/muprop-2016")
    assert "LR-C-VN-IDB" in text and "<table>" in text and "Claims of the paper" in text
    assert text.count("<img") == 2 and "?scale=full" in text
    assert api.get("/suites/muprop-2016/none.svg").status_code == 404
    assert api.get("/suites/muprop-2017").status_code == 404
    # where nothing can be drawn
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert "<img" not in page(api, "/suites/muprop-2016")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_an_estimator_says_what_it_computes_and_how_it_takes_its_rate(api):
    assert set(FORMULAS) == set(ESTIMATORS)
    text = api.get("/estimators/muprop").text
    assert "h(z) = f(m) + f′(m)(z − m)" in text and "its score; f: the cost still to go" in text
    # of every benchmark that ships with it
    assert text.count("<polyline") == text.count('<a href="/benchmarks/') == 7
    assert re.search(r"0\.003: \d+\.\d+; 0\.01: ", text)
