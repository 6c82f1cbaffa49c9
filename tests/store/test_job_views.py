"""What people see: states, counts, progress, pages and events."""

import pytest
from sqlalchemy import event, select

from service.store import bundles, jobs
from service.store.base import open_engine, session_factory
from service.store.bundles import CheckpointReport
from service.store.job_lists import JobQuery, select_jobs
from service.store.job_views import (
    LIVELIEST,
    job_events,
    job_state,
    job_view,
    run_views,
    submitted_view,
)
from service.store.models import Base, Benchmark, Run
from service.store.workers import overdue_seconds
from tests.store.world import plan

SPEC = {"seeds": [1, 2, 3], "steps": 10, "width": 2}


def submit(database, **more):
    with database.begin() as session:
        return jobs.submit_job(session, "a", plan(SPEC | more)).id


def claim(database):
    with database.begin() as session:
        return bundles.claim_bundle(session, "cpu", "w", 30)


def write(database, bundle, step, ended=None):
    with database.begin() as session:
        bundles.write_checkpoint(
            session,
            bundle.id,
            bundle.attempt,
            CheckpointReport(step, f"file{step}", {}, ended or {}),
            30,
        )


def look(database, job_id):
    with database.begin() as session:
        return job_view(session, job_id)


def test_a_job_that_was_just_submitted_is_told_as_it_is_read(database):
    with database.begin() as session:
        job = jobs.submit_job(session, "a", plan(SPEC), "key")
        submitted = submitted_view(job, 3)
    with database.begin() as session:
        read, again = job_view(session, job.id), jobs.submit_job(session, "a", plan(SPEC), "key")
    assert again.id == job.id and vars(submitted) == vars(read) | {"job": job}
    columns = job.__table__.columns.keys()
    assert [getattr(job, name) for name in columns] == [getattr(read.job, name) for name in columns]


def test_a_job_from_the_queue_to_its_end(database):
    id = submit(database)
    assert (look(database, id).state, look(database, id).done, look(database, id).total) == (
        "queued",
        0,
        30,
    )
    assert look(database, id).started_at is None
    wide = claim(database)
    assert look(database, id).started_at
    assert look(database, id).state == "running" and look(database, id).counts == {
        "running": 2,
        "queued": 1,
    }
    write(database, wide, 4)
    assert look(database, id).done == 8
    with database.begin() as session:
        bundles.renew_lease(session, wide.id, wide.attempt, 30, progress=7)
    assert look(database, id).done == 14
    write(database, wide, 10, {0: "completed", 1: "diverged"})
    assert (look(database, id).state, look(database, id).done) == ("queued", 20)
    write(database, claim(database), 10, {0: "completed"})
    assert (look(database, id).state, look(database, id).done) == ("succeeded", 30)
    assert look(database, id).counts == {"succeeded": 3}


def test_progress_is_never_behind_the_checkpoint_and_falls_back_to_it(database):
    id = submit(database, seeds=[1])
    bundle = claim(database)
    write(database, bundle, 6)
    with database.begin() as session:
        bundles.renew_lease(session, bundle.id, bundle.attempt, 30, progress=2)
    assert look(database, id).done == 6
    with database.begin() as session:
        bundles.renew_lease(session, bundle.id, bundle.attempt, 30, progress=9)
        bundles.end_attempt(session, bundle.id, bundle.attempt, "lost")
    assert look(database, id).done == 6


def test_cancelling_is_shown_until_it_is_done(database):
    id = submit(database, seeds=[1, 2])
    bundle = claim(database)
    with database.begin() as session:
        jobs.cancel_runs(session, session.scalars(select(Run.id)).all())
    assert look(database, id).state == "cancelling"
    with database.begin() as session:
        bundles.end_attempt(session, bundle.id, bundle.attempt, "cancelled")
    assert look(database, id).state == "cancelled"


@pytest.mark.parametrize(
    "counts, state",
    [
        ({"succeeded": 2, "queued": 1}, "queued"),
        ({"cancelling": 1, "queued": 1}, "cancelling"),
        ({"succeeded": 2, "cancelled": 1}, "cancelled"),
        ({"succeeded": 2, "cancelled": 1, "failed": 1}, "failed"),
    ],
)
def test_the_state_of_a_job(counts, state):
    assert job_state(counts) == state


def many(database):
    """A job in every state, the oldest first."""
    made = {"succeeded": submit(database, seeds=[1])}
    write(database, claim(database), 10, {0: "completed"})
    for state, ending in (
        ("failed", "error"),
        ("cancelled", None),
        ("cancelling", None),
        ("running", None),
    ):
        made[state] = submit(database, seeds=[1, 2])
        bundle = claim(database)
        with database.begin() as session:
            if ending:
                bundles.end_attempt(session, bundle.id, 1, ending)
            if state.startswith("cancel"):
                jobs.cancel_runs(
                    session, session.scalars(select(Run.id).where(Run.job_id == made[state])).all()
                )
            if state == "cancelled":
                bundles.end_attempt(session, bundle.id, 1, "cancelled")
    return made | {"queued": submit(database, seeds=[1], steps=20)}


def test_jobs_are_found_by_state(database):
    made = many(database)
    assert made.keys() == set(LIVELIEST)
    with database.begin() as session:
        for state, id in made.items():
            (found,) = select_jobs(session, 10, query=JobQuery(states=[state]))
            assert found.job.id == id and found.state == state


@pytest.mark.parametrize(
    ("states", "index"),
    [
        (["queued", "running"], "bundles_leased"),
        (["failed"], "runs_failed"),
        (["cancelled", "queued"], "runs_cancelled"),
    ],
)
def test_what_has_not_succeeded_is_looked_for_where_it_is(tmp_path, states, index):
    """The state of every job that there is took seconds."""
    engine, asked = open_engine(f"sqlite:///{tmp_path}/arena.db"), []
    Base.metadata.create_all(engine)
    with session_factory(engine).begin() as session:
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
        select_jobs(session, 10, query=JobQuery(states=states))
        [(statement, values)] = [call for call in asked if "FROM jobs" in call[0]]
        lines = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        plan = " ".join(line[-1] for line in lines)
    assert index in plan and "SCAN jobs" not in plan
    engine.dispose()


def test_pages_follow_each_other(database):
    made = list(reversed(many(database).values()))
    with database.begin() as session:
        first = select_jobs(session, 4)
        second = select_jobs(session, 4, first[-1].job.id)
    assert [view.job.id for view in first + second] == made


def test_jobs_are_found_by_benchmark_and_estimator(database):
    made = many(database)
    with database.begin() as session:
        benchmark = select_jobs(session, 1)[0].job.benchmark_id
        listed = lambda **equal: select_jobs(session, 10, query=JobQuery(equal))
        assert [view.job.id for view in listed(benchmark_id=benchmark)] == [made["queued"]]
        assert len(listed(estimator="stand_in")) == 6 and listed(estimator="other") == []
        assert session.get_one(Benchmark, benchmark).definition == {"steps": 20}


def test_runs_with_state_step_and_place(database):
    id = submit(database)
    bundle = claim(database)
    write(database, bundle, 5, {1: "diverged"})
    with database.begin() as session:
        views = run_views(session, Run.job_id == id)
        assert [(v.run.number, v.state, v.run.reason, v.step, v.bundle.width) for v in views] == [
            (0, "running", None, 5, 2),
            (1, "succeeded", "diverged", 5, 2),
            (2, "queued", None, 0, 1),
        ]
        assert [v.run.number for v in run_views(session, Run.job_id == id, after=0, limit=1)] == [1]


def test_events_tell_the_story(database):
    id = submit(database, seeds=[1])
    bundle = claim(database)
    write(database, bundle, 5)
    with database.begin() as session:
        bundles.end_attempt(session, bundle.id, 1, "lost", "it was killed")
    write(database, claim(database), 10, {0: "completed"})
    with database.begin() as session:
        told = job_events(session, id)
        assert [event.type for event in told] == [
            *("submitted", "claimed", "checkpoint", "left", "claimed", "ended", "checkpoint")
        ]
        assert told[3].data["why"] == "it was killed" and told[1].data["worker"] == "w"
        assert [event.number for event in job_events(session, id, after=5)] == [6, 7]
        assert [event.number for event in job_events(session, id, limit=2)] == [1, 2]


def test_leases_that_are_out_are_seen(database):
    submit(database)
    with database.begin() as session:
        assert overdue_seconds(session) == 0
        bundles.claim_bundle(session, "cpu", "w", 30)
        bundles.claim_bundle(session, "cpu", "w", -7)
        assert 7 <= overdue_seconds(session) < 9
