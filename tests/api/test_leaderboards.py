"""Boards over HTTP: what the computation says, in three formats."""

import csv
import io
import sys

import pytest

from analysis.boards.compute import compute_board, recompute_board
from analysis.boards.shapes import Board
from service.api.pictures import rank_svg
from service.errors import NotAcceptable
from service.leaderboards import stored
from tests.api.conftest import SMALLEST
from tests.api.training import claim, write
from tests.boards.world import definition

GAP = {"muprop": 0.0, "reinforce": 5.0}


@pytest.fixture
def benchmark(api, database):
    """Two estimators, five seeds each, one clearly better."""
    for name, gap in GAP.items():
        body = SMALLEST | {"estimator": {"name": name}, "training": {"steps": 10}}
        job = api.post("/v1/jobs", json=body).json()
        ends = lambda lane: {
            series: ([10], [30 + gap + lane * 0.1 + 0.01 * len(name) * lane % 3])
            for series in ("bound/test", "bound/validation")
        }
        write(database, claim(database), 10, ends)
    return job["benchmark_id"]


def test_the_better_one_leads(api, benchmark, database):
    [listed] = api.get("/v1/leaderboards").json()["data"]
    assert (listed["benchmark_id"], listed["estimators"], listed["succeeded"]) == (benchmark, 2, 10)
    answer = api.get(f"/v1/leaderboards/{benchmark}")
    board = Board.model_validate(answer.json())
    assert [row.declared.unbiased_for for row in board.rows] == ["all", "all"]
    assert [row.ranks for row in board.rows] == [(1, 1), (2, 2)] and "muprop" in board.rows[0].label
    assert recompute_board(board) == board
    with database.begin() as session:
        assert board == stored.stored_board(session, benchmark)
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert api.get(f"/v1/leaderboards/{benchmark}", headers=tag).status_code == 304


def test_a_board_that_may_differ_is_computed_again(api, benchmark, database):
    """Another question, another format, another run."""
    path = f"/v1/leaderboards/{benchmark}"
    tag = {"If-None-Match": api.get(path).headers["ETag"]}
    status = lambda query="", **headers: api.get(path + query, headers=tag | headers).status_code
    assert (status(), status("?axis=evals"), status(Accept="text/csv")) == (304, 200, 200)
    api.post("/v1/jobs", json=SMALLEST | {"training": {"steps": 10}, "seeds": [9]})
    claim(database)
    assert status() == 200


def test_other_formats(api, benchmark):
    ask = lambda media: api.get(f"/v1/leaderboards/{benchmark}", headers={"Accept": media}).text
    rows = list(csv.DictReader(io.StringIO(ask("text/csv"))))
    assert [row["rank_low"] for row in rows] == ["1", "2"]
    assert ask("text/markdown").startswith("| ")


def test_a_format_may_be_named_in_the_address(api, benchmark):
    ask = lambda form: api.get(f"/v1/leaderboards/{benchmark}", params={"format": form})
    starts = {"json": "{", "csv": "cell_id", "md": "| ", "svg": "<?xml"}
    assert {form: ask(form).text[: len(start)] for form, start in starts.items()} == starts
    assert ask("svg").headers["content-type"] == "image/svg+xml"
    assert len({ask(form).headers["ETag"] for form in starts}) == 4


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_cannot_be_asked(api, benchmark):
    assert api.get(f"/v1/leaderboards/{'0' * 16}").status_code == 404
    for wrong in (
        {"metric": "cost"},
        {"axis": "luck"},
        {"budget": -1},
        {"budget": "nan"},
        {"threshold": -1},
    ):
        answer = api.get(f"/v1/leaderboards/{benchmark}", params=wrong)
        assert answer.status_code == 422 and answer.json()["errors"][0]["parameter"] == next(
            iter(wrong)
        )


def test_without_matplotlib_there_is_no_picture_and_all_else(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("analysis.figures")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(
        NotAcceptable, match="Pictures want matplotlib, which is not installed here"
    ):
        rank_svg(compute_board([], "b", definition()))
