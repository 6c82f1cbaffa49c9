"""Boards of what a database holds."""

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import select

from analysis.boards.compute import compute_board, recompute_board
from analysis.boards.shapes import BoardQuery, Unanswerable, UnknownBenchmark
from analysis.boards.verify import verify_board
from analysis.records.runs import Series, load_runs
from service.leaderboards import listed
from service.leaderboards.listed import board_list
from service.leaderboards.stored import NAMES, board_tag, exported_runs, stored_board
from service.leaderboards.stored import run_records as stored_records
from service.store.base import session_factory
from service.store.job_changes import delete_job
from service.store.models import Job, Run

from .stored import put
from .world import cut, definition, demo, experiment


@pytest.fixture
def session(engine):
    with session_factory(engine).begin() as session:
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
        found = stored_board(session, benchmark, axis=kind)
        assert told(found) == told(
            compute_board(records, benchmark, definition(), BoardQuery(axis=kind))
        )
        assert recompute_board(found) == found
    assert found.environments == [records[0].environment | {"width": 5}]


def test_benchmarks_are_listed_with_what_was_run(session):
    assert board_list(session) == []
    benchmark = put(session, demo())
    [one] = board_list(session)
    assert (one.benchmark_id, one.definition) == (benchmark, definition())
    assert (one.estimators, one.runs, one.succeeded) == (6, 30, 30)


def test_the_list_counts_again_where_runs_have_changed(session, monkeypatch):
    """And nowhere else."""
    counted = []
    count = listed._summaries
    monkeypatch.setattr(
        listed, "_summaries", lambda *some: counted.append(sorted(some[1])) or count(*some)
    )
    changing = put(session, demo())
    assert [(each.benchmark_id, each.succeeded) for each in board_list(session)] == [(changing, 30)]
    unchanged = board_list(session)
    job, run = session.scalars(select(Job)).first(), session.scalars(select(Run)).first()
    run.state, job.version = "failed", job.version + 1
    [after] = board_list(session)
    assert (after.runs, after.succeeded) == (30, 29) and unchanged[0].succeeded == 30
    session.flush()
    delete_job(session, job.id)
    assert [each.runs for each in board_list(session)] == [25]
    assert counted == [[changing], [], [changing], [changing]]


def test_a_run_that_moved_between_kinds_of_hardware_says_so(session):
    record = replace(demo()[0], reason=None)
    benchmark = put(session, [cut(record, 3_000, "running", None)])
    [scored] = stored_board(session, benchmark, budget=3_000).scored_runs
    assert scored.outcome == "reached"


def test_unknown_benchmarks_and_metrics_are_named(session):
    with pytest.raises(UnknownBenchmark, match="There is no benchmark nowhere"):
        stored_board(session, "nowhere")
    with pytest.raises(Unanswerable, match="colour is no metric"):
        stored_board(session, put(session, demo(seeds=1)), metric="colour")


def test_a_tag_changes_when_a_run_does(session):
    record = demo()[0]
    benchmark = put(session, [record])
    first = board_tag(session, benchmark)
    assert board_tag(session, benchmark) == first
    put(session, [cut(record, 3_000, "running", None)])
    assert board_tag(session, benchmark) != first
    with pytest.raises(UnknownBenchmark):
        board_tag(session, "nowhere")


def test_ends_of_series_are_enough_where_the_budget_is_everything(session):
    """The quick way and the whole series say the same."""
    late = [cut(r, 3_000, "running", None) for r in demo(seeds=7) if r.seed > 4]
    benchmark = put(session, demo())
    put(session, late)
    names = ("bound/test", *NAMES)
    whole = compute_board(stored_records(session, benchmark, names), benchmark, definition())
    assert (
        whole == stored_board(session, benchmark) == stored_board(session, benchmark, budget=6_000)
    )
    assert {x.reason for x in whole.excluded_runs} == {"running at step 3000"} and len(
        whole.excluded_runs
    ) == 12


def test_dense_series_are_read_whole(session):
    dense = Series(list(range(1, 6_001)), np.linspace(3, 1, 6_000).tolist())
    record = demo()[0]
    benchmark = put(session, [replace(record, series=record.series | {"cost/train": dense})])
    [found] = stored_records(session, benchmark, ("cost/train",))
    assert found.series["cost/train"] == dense


def test_what_is_exported_makes_the_same_board(session):
    records = demo()
    dense = Series(list(range(1, 6_001)), np.linspace(3, 1, 6_000).tolist())
    records[0] = replace(records[0], series=records[0].series | {"cost/train": dense})
    benchmark = put(session, records)
    found = load_runs(exported_runs(session, benchmark))
    assert [run.run_id for run in found] == sorted(run.run_id for run in found) and len(found) == 30
    assert sum("cost/train" in run.series for run in found) == 1
    for kind in ("steps", "reach"):
        whole = stored_board(session, benchmark, axis=kind)
        assert compute_board(found, benchmark, definition(), BoardQuery(axis=kind)) == whole
        assert verify_board(whole, found).agrees
    with pytest.raises(UnknownBenchmark):
        next(exported_runs(session, "nowhere"))
