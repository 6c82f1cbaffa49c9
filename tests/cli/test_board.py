"""Boards that are verified, compared, exported and published by the command."""

import json
import sys

import pyarrow.parquet as pq
import pytest

from analysis.boards.compute import compute_board
from analysis.records.runs import dump_runs, load_runs
from tests.boards.stored import put
from tests.boards.world import definition, demo

from .conftest import gradarena


@pytest.fixture
def files(tmp_path):
    """A board and its runs."""
    board, runs = tmp_path / "board.json", tmp_path / "runs.ndjson"
    board.write_text(compute_board(demo(), "b", definition()).model_dump_json())
    runs.write_text("".join(line + "\n" for line in dump_runs(demo())))
    return board, runs


def test_an_honest_board_verifies_without_a_service(files):
    answer = gradarena("board", "verify", *files)
    assert answer.exit_code == 0 and "agrees with its runs" in answer.output
    assert json.loads(gradarena("board", "verify", *files, "--json").output)["agrees"] is True


def test_a_doctored_board_does_not(files):
    board, runs = files
    told = json.loads(board.read_text())
    told["rows"][0]["value"]["mean"] -= 1
    board.write_text(json.dumps(told))
    answer = gradarena("board", "verify", *files)
    assert answer.exit_code == 1 and "/rows/0/value/mean: the board says" in answer.output.replace(
        "\n", ""
    )
    runs.write_text("\n".join(list(dump_runs(demo()))[1:]))
    assert "is missing" in gradarena("board", "verify", *files).output


def test_what_is_no_board_and_what_are_no_runs(files):
    board, runs = files
    assert gradarena("board", "verify", runs, runs).exit_code == 2
    answer = gradarena("board", "verify", board, board)
    assert answer.exit_code == 2 and "line 1 is not a run" in answer.output
    assert gradarena("board", "verify", board, "nowhere").exit_code == 2


def test_export_publish_and_compare(service, tmp_path):
    with service.database.begin() as session:
        benchmark = put(session, demo())
    answer = gradarena("export", tmp_path / "runs", url=service.url)
    assert answer.exit_code == 0 and f"{benchmark}.ndjson" in answer.output.replace("\n", "")
    lines = (tmp_path / "runs" / f"{benchmark}.ndjson").read_text().splitlines()
    assert len([line for line in lines if json.loads(line)["reason"] == "completed"]) >= 30
    assert gradarena("publish", tmp_path / "site", url=service.url).exit_code == 0
    place = tmp_path / "site" / benchmark
    assert gradarena("board", "verify", place / "steps.json", place / "runs.ndjson").exit_code == 0
    answer = gradarena("board", "compare", benchmark, "half", "nvil", url=service.url)
    assert answer.exit_code == 0 and "half is lower than nvil over 5 common seeds" in answer.output
    answer = gradarena("board", "compare", benchmark, "half", "halve", url=service.url)
    assert answer.exit_code == 2 and "There is no halve on this board" in answer.output.replace(
        "\n", " "
    )


def test_parquet_holds_the_runs_that_lines_hold(service, tmp_path):
    with service.database.begin() as session:
        benchmark = put(session, demo())
    for form in ("ndjson", "parquet"):
        assert gradarena("export", tmp_path, "--format", form, url=service.url).exit_code == 0
    lines = load_runs((tmp_path / f"{benchmark}.ndjson").read_text().splitlines())
    runs = pq.read_table(tmp_path / f"{benchmark}.runs.parquet")
    series = pq.read_table(tmp_path / f"{benchmark}.series.parquet")
    assert runs["run_id"].to_pylist() == [run.run_id for run in lines]
    assert series.num_rows == sum(len(s.steps) for run in lines for s in run.series.values())
    assert not list(tmp_path.glob("*.part"))


def test_parquet_without_pyarrow_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "analysis.records.parquet", raising=False)
    monkeypatch.delattr("analysis.records.parquet", raising=False)
    answer = gradarena("export", tmp_path / "runs", "--format", "parquet")
    assert answer.exit_code == 2 and not (tmp_path / "runs").exists()
    assert "Parquet wants pyarrow: pip install 'gradarena[parquet]'." in answer.output
    assert gradarena("export", tmp_path / "runs", "--format", "csv").exit_code == 2


def test_a_service_that_is_away(tmp_path):
    assert gradarena("export", tmp_path / "runs").exit_code == 3
