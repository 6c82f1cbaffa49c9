"""Benchmarks, and where their runs trained."""

import numpy as np
from sqlalchemy import select

from service.store import boards, bundles, jobs, standings
from service.store.bundles import CheckpointReport
from service.store.models import Bundle, Run
from service.store.series import Series
from tests.store.world import plan

SPEC = {"seeds": [1, 2], "steps": 10}


def submit(database, **more):
    with database.begin() as session:
        return jobs.submit_job(session, "a", plan(SPEC | more))


def train(database, to, place, ended=None, ending=None):
    """One attempt: claims, writes one checkpoint, and leaves or ends."""
    with database.begin() as session:
        bundle = bundles.claim_bundle(session, "cpu", "w", 30)
        points = Series(np.array([bundle.step + 1, to]), np.array([1.0, to]))
        report = CheckpointReport(
            to, f"file{to}", {lane: {"a": points, "b": points} for lane in (0, 1)}, ended or {}
        )
        bundles.write_checkpoint(session, bundle.id, bundle.attempt, report, 30, place)
        if ending:
            bundles.end_attempt(session, bundle.id, bundle.attempt, ending)


def test_benchmarks_are_counted(database):
    first = submit(database)
    submit(database, label="another cell")
    submit(database, steps=20)
    train(database, 10, {}, {0: "completed"})
    with database.begin() as session:
        newest, oldest = standings.benchmark_stamps(session)
        views = boards.benchmark_views(session, [newest, oldest])
        [alone] = boards.benchmark_views(session, [oldest])
    by_id = {view.benchmark.id: view for view in views}
    assert by_id[newest].benchmark.definition == {"steps": 20} and by_id[newest].jobs == 1
    oldest = by_id[first.benchmark_id]
    assert oldest == alone
    assert (oldest.jobs, oldest.cells, oldest.runs, oldest.succeeded) == (2, 2, 4, 1)


def places(session, job):
    """Where the runs of a job trained, by the bundles that they are in."""
    mine = select(Run.bundle_id).where(Run.job_id == job.id)
    return list(boards.bundle_environments(session, Bundle.id.in_(mine)).values())


def test_environments_follow_a_run_through_its_bundles(database):
    """Attempts of the bundle it is in, and of those that it went on from; each place once."""
    job = submit(database)
    train(database, 4, {"place": 1}, ending="released")
    train(database, 6, {"place": 1}, ending="error")
    with database.begin() as session:
        jobs.retry_runs(session, session.scalars(select(Run.id)).all())
    train(database, 8, {"place": 2}, {0: "completed"})
    with database.begin() as session:
        assert places(session, job) == [[{"place": 1}, {"place": 2}]]


def test_a_run_that_began_again_forgets_where_it_was(database):
    job = submit(database)
    train(database, 4, {"place": 1}, ending="error")
    with database.begin() as session:
        jobs.retry_runs(session, session.scalars(select(Run.id)).all(), from_zero=True)
    train(database, 8, {"place": 2})
    with database.begin() as session:
        assert places(session, job) == [[{"place": 2}]]


def test_an_unknown_benchmark(database):
    with database.begin() as session:
        assert (
            boards.find_benchmark(session, "none") is None
            and standings.benchmark_stamps(session) == {}
        )
