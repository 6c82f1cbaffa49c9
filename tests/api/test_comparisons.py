"""Pairs, frontiers, history, profiles and runs of a benchmark over HTTP."""

import pytest

from analysis.boards.compute import compute_board
from analysis.boards.shapes import Board
from analysis.boards.verify import verify_board
from analysis.comparisons.compare import Comparison
from analysis.comparisons.history import History
from analysis.comparisons.pareto import Pareto
from analysis.comparisons.profiles import Profiles
from analysis.records.runs import load_runs
from tests.boards.stored import put
from tests.boards.world import demo


@pytest.fixture
def benchmark(api, database):
    with database.begin() as session:
        return put(session, demo())


@pytest.fixture
def ask(api, benchmark):
    return lambda what="", **options: api.get(f"/v1/leaderboards/{benchmark}{what}", params=options)


def test_two_estimators_are_compared(ask):
    found = Comparison.model_validate(ask("/compare", a="half", b="nvil").json())
    assert (found.better, found.wins, len(found.seeds)) == ("a", 5, 5)
    ratio = Comparison.model_validate(ask("/compare", a="half", b="nvil", axis="reach").json())
    assert ratio.scale == "ratio"


def test_the_frontier_and_the_history(ask):
    assert [p.label for p in Pareto.model_validate(ask("/pareto").json()).points if p.frontier] == [
        "half"
    ]
    [version] = History.model_validate(ask("/history").json()).versions
    assert version.runs == 30 and len(version.results) == 6


def test_profiles_over_benchmarks(api, ask, benchmark):
    found = Profiles.model_validate(
        api.get("/v1/profiles", params={"benchmarks": benchmark}).json()
    )
    assert list(found.targets) == [benchmark] and found.profiles[0].score == 1
    picture = api.get("/v1/profiles", params={"benchmarks": benchmark, "format": "svg"})
    assert picture.headers["content-type"] == "image/svg+xml" and b"tau" in picture.content


def test_runs_leave_as_lines_that_the_board_verifies_against(ask, benchmark):
    answer = ask("/runs")
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    runs, board = load_runs(answer.text.splitlines()), Board.model_validate(ask().json())
    assert len(runs) == 30 and verify_board(board, runs).agrees
    assert compute_board(runs, benchmark, board.definition) == board


def test_an_answer_that_the_client_has_is_not_made_again(ask, api, benchmark):
    for what in ("/pareto", "/history"):
        answer = ask(what)
        again = api.get(answer.url.path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (answer.status_code, again.status_code) == (200, 304)
    assert ask("/pareto").headers["ETag"] != ask("/history").headers["ETag"]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_cannot_be_asked(api, ask, benchmark):
    answer = ask("/compare", a="half", b="halve")
    assert (
        answer.status_code == 404 and "There is no halve on this board" in answer.json()["detail"]
    )
    answer = ask("/pareto", axis="reach")
    assert answer.status_code == 422 and answer.json()["errors"][0]["parameter"] == "axis"
    unknown = "0" * 16
    for path in ("/pareto", "/history", "/runs", "/compare?a=x&b=y"):
        assert api.get(f"/v1/leaderboards/{unknown}{path}").status_code == 404
    assert (
        api.get("/v1/profiles", params={"benchmarks": f"{benchmark},{unknown}"}).status_code == 404
    )
    assert api.get("/v1/profiles", params={"benchmarks": "nonsense"}).status_code == 422
