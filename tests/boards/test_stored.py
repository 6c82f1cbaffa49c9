"""Boards of what a database holds."""

from dataclasses import replace

import pytest

from service.leaderboards.compute import compute, recompute
from service.leaderboards.shapes import Question, Unanswerable, UnknownBenchmark
from service.leaderboards.stored import board, boards
from service.store.base import sessions

from .stored import put
from .world import cut, definition, demo, experiment


@pytest.fixture
def session(engine):
    with sessions(engine).begin() as session:
        yield session


def told(board):
    """What a board says, without ids of runs."""
    return [row.model_dump(exclude={"environments"}) for row in board.rows], board.verdict


def test_the_stored_board_is_the_computed_one(session):
    records = demo()
    records[0] = cut(records[0], records[0].step, "succeeded", "diverged")
    for name, series in records[0].series.items():
        series.values[-1] = float("nan") if name.startswith("bound") else series.values[-1]
    benchmark = put(session, records)
    assert benchmark == experiment("half").benchmark_id
    for kind in ("steps", "evals", "seconds", "reach"):
        found = board(session, benchmark, board=kind)
        assert told(found) == told(compute(records, benchmark, definition(), Question(board=kind)))
        assert recompute(found) == found
    assert found.environments == [records[0].environment | {"width": 5}]


def test_benchmarks_are_listed_with_what_was_run(session):
    assert boards(session) == []
    benchmark = put(session, demo())
    [listed] = boards(session)
    assert (listed.benchmark_id, listed.definition) == (benchmark, definition())
    assert (listed.estimators, listed.runs, listed.succeeded) == (6, 30, 30)


def test_a_run_that_moved_between_kinds_of_hardware_says_so(session):
    record = replace(demo()[0], reason=None)
    benchmark = put(session, [cut(record, 3_000, "running", None)])
    [entry] = board(session, benchmark, budget=3_000).entries
    assert entry.outcome == "reached"


def test_unknown_benchmarks_and_metrics_are_named(session):
    with pytest.raises(UnknownBenchmark, match="There is no benchmark nowhere"):
        board(session, "nowhere")
    with pytest.raises(Unanswerable, match="colour is no metric"):
        board(session, put(session, demo(seeds=1)), metric="colour")
