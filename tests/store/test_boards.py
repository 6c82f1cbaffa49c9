"""What leaderboards are made of."""

import numpy as np
import pytest
from sqlalchemy import select

from service.store import boards, bundles, jobs
from service.store.base import sessions
from service.store.bundles import Report
from service.store.models import Run
from service.store.series import Series
from tests.store.world import plan

SPEC = {"seeds": [1, 2], "steps": 10}


@pytest.fixture
def database(engine):
    return sessions(engine)


def submit(database, **more):
    with database.begin() as session:
        return jobs.submit(session, "a", plan(SPEC | more))


def train(database, to, place, ended=None, ending=None):
    """One attempt: claims, writes one checkpoint, and leaves or ends."""
    with database.begin() as session:
        bundle = bundles.claim(session, "cpu", "w", 30)
        points = Series(np.array([bundle.step + 1, to]), np.array([1.0, to]))
        report = Report(to, f"file{to}", {lane: {"a": points, "b": points} for lane in (0, 1)}, ended or {})
        bundles.write(session, bundle.id, bundle.attempt, report, 30, place)
        if ending:
            bundles.leave(session, bundle.id, bundle.attempt, ending)


def test_benchmarks_are_counted(database):
    first = submit(database)
    submit(database, label="another cell")
    submit(database, steps=20)
    train(database, 10, {}, {0: "completed"})
    with database.begin() as session:
        newest, oldest = boards.benchmarks(session)
    assert newest.benchmark.definition == {"steps": 20} and newest.jobs == 1
    assert oldest.benchmark.id == first.benchmark_id
    assert (oldest.jobs, oldest.cells, oldest.runs, oldest.succeeded) == (2, 2, 4, 1)


def test_entries_hold_the_series_asked_for(database):
    job = submit(database)
    submit(database, steps=20)
    train(database, 10, {"device": "cpu"}, {0: "completed", 1: "diverged"})
    with database.begin() as session:
        found = boards.entries(session, job.benchmark_id, ["a"])
        assert [(entry.view.run.seed, entry.view.run.reason) for entry in found] == [
            (1, "completed"),
            (2, "diverged"),
        ]
        assert all(entry.series.keys() == {"a"} and entry.job.cell_id == job.cell_id for entry in found)
        assert found[0].series["a"].values.tolist() == [1, 10]
        assert [entry.environments for entry in found] == [[{"device": "cpu"}]] * 2


def test_environments_follow_a_run_through_its_bundles(database):
    """Attempts of the bundle it is in, and of those that it went on from; each place once."""
    job = submit(database)
    train(database, 4, {"place": 1}, ending="released")
    train(database, 6, {"place": 1}, ending="error")
    with database.begin() as session:
        jobs.retry(session, session.scalars(select(Run.id)).all())
    train(database, 8, {"place": 2}, {0: "completed"})
    with database.begin() as session:
        assert [entry.environments for entry in boards.entries(session, job.benchmark_id, [])] == [
            [{"place": 1}, {"place": 2}]
        ] * 2


def test_a_run_that_began_again_forgets_where_it_was(database):
    job = submit(database)
    train(database, 4, {"place": 1}, ending="error")
    with database.begin() as session:
        jobs.retry(session, session.scalars(select(Run.id)).all(), from_zero=True)
    train(database, 8, {"place": 2})
    with database.begin() as session:
        assert [entry.environments for entry in boards.entries(session, job.benchmark_id, [])] == [
            [{"place": 2}]
        ] * 2


def test_an_unknown_benchmark_has_no_entries(database):
    with database.begin() as session:
        assert boards.benchmark(session, "none") is None and boards.entries(session, "none", ["a"]) == []
