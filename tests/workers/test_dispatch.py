"""The dispatcher, round by round, with a real broker."""

import threading
import time
from threading import Event

import pytest
from sqlalchemy import event, select, update

from service import queue
from service.config import Settings
from service.store import bundles, jobs
from service.store.base import open_engine, session_factory
from service.store.models import Bundle, Job, Key, Run, Worker
from service.store.workers import WorkerAbout, record_pulse
from tests.store.world import counts, plan
from workers import dispatch
from workers.dispatch import DAY, HOUR, Dispatcher
from workers.webhooks import WebhookSender

SPEC = {"seeds": [1], "steps": 10}


@pytest.fixture
def dispatcher(engine, tmp_path, valkey):
    with queue.app.connection_for_write() as connection:
        connection.default_channel.client.flushall()
    return Dispatcher(session_factory(engine), Settings(data=tmp_path, lease=0.4, tick=0.02))


def submit(dispatcher, times=1, **more):
    with dispatcher.database.begin() as session:
        return [jobs.submit_job(session, "a", plan(SPEC | more)).id for _ in range(times)]


def lose(dispatcher):
    """A worker that claimed and was never heard again."""
    with dispatcher.database.begin() as session:
        bundle = bundles.claim_bundle(session, "cpu", "w", 30)
        session.execute(update(Bundle).where(Bundle.id == bundle.id).values(lease_until=0))


def test_it_rings_once_for_each_bundle_that_waits(dispatcher):
    submit(dispatcher, 3)
    for _ in range(4):
        dispatcher.round()
    assert queue.pending_bells("cpu") == 3


def test_a_round_with_nothing_to_do_is_one_question(dispatcher, engine):
    """It is asked every second of an idle service's life."""
    statements = []
    event.listen(engine, "before_cursor_execute", lambda *about: statements.append(about[2]))
    dispatcher.quiet_until = 0.0
    dispatcher.round()
    WebhookSender(dispatcher.database, dispatcher.settings).round()
    assert len([one for one in statements if one.lstrip().startswith("SELECT")]) == 2
    submit(dispatcher)
    dispatcher.round()
    assert queue.pending_bells("cpu") == 1


def test_it_does_not_ring_without_end(dispatcher):
    submit(dispatcher, 40)
    dispatcher.round()
    assert queue.pending_bells("cpu") == 32


def test_a_broker_that_lost_everything_is_rung_again(dispatcher, valkey):
    submit(dispatcher, 2)
    dispatcher.round()
    valkey.kill()
    dispatcher.round()
    valkey.start()
    dispatcher.round()
    assert queue.pending_bells("cpu") == 2


def test_it_takes_back_what_was_lost_after_two_beats(dispatcher, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(dispatch, "monotonic", lambda: clock[0])
    dispatcher = Dispatcher(dispatcher.database, dispatcher.settings)
    job = submit(dispatcher)[0]
    lose(dispatcher)
    clock[0] += 1.9 * dispatcher.settings.beat
    dispatcher.round()
    with dispatcher.database.begin() as session:
        assert counts(session, job) == {"running": 1}
    clock[0] += 0.2 * dispatcher.settings.beat
    dispatcher.round()
    with dispatcher.database.begin() as session:
        assert counts(session, job) == {"queued": 1}


def test_it_waits_again_after_an_outage(dispatcher, tmp_path):
    """The supervisors renew first."""
    away = Dispatcher(
        session_factory(open_engine(f"sqlite:///{tmp_path}/no/such/place.db")), dispatcher.settings
    )
    away.quiet_until, stop = 0.0, threading.Event()
    thread = threading.Thread(target=away.run, args=(stop,))
    thread.start()
    time.sleep(0.1)
    stop.set()
    thread.join()
    assert away.quiet_until > time.monotonic()


def test_it_clears_away(dispatcher):
    with dispatcher.database.begin() as session:
        jobs.submit_job(session, "a", plan(SPEC), key="old")
        jobs.submit_job(session, "a", plan(SPEC), key="new")
        session.execute(update(Key).where(Key.key == "old").values(created_at=Key.created_at - DAY))
        for name in ("gone", "there"):
            record_pulse(session, WorkerAbout(name, ["cpu"], name, "", ""), None)
        session.execute(
            update(Worker).where(Worker.id == "gone").values(seen_at=Worker.seen_at - HOUR)
        )
    dispatcher.clear_away()
    with dispatcher.database.begin() as session:
        assert session.scalars(select(Key.key)).all() == ["new"]
        assert session.scalars(select(Worker.id)).all() == ["there"]


def test_health_is_a_file_that_is_touched_while_the_database_answers(dispatcher, tmp_path):
    pulse, stop = tmp_path / "pulse", Event()
    dispatcher.settings = dispatcher.settings.model_copy(update={"pulse": pulse})
    stop.wait = lambda seconds: stop.set()
    dispatcher.round = lambda: 1 / 0
    dispatcher.run(stop)
    assert not pulse.exists()
    stop.clear()
    del dispatcher.round
    dispatcher.run(stop)
    assert pulse.exists()


def test_old_jobs_are_forgotten_where_that_is_wanted(dispatcher):
    with dispatcher.database.begin() as session:
        old, young, live = (jobs.submit_job(session, "a", plan(SPEC)).id for _ in range(3))
        for job, age in ((old, 3 * DAY), (young, 0.0)):
            jobs.cancel_runs(
                session, session.scalars(select(Run.id).where(Run.job_id == job)).all()
            )
            session.execute(
                update(Run).where(Run.job_id == job).values(ended_at=Run.ended_at - age)
            )
        session.execute(update(Job).values(created_at=Job.created_at - 4 * DAY))
    dispatcher.forget_old_jobs(2)
    with dispatcher.database.begin() as session:
        assert set(session.scalars(select(Job.id))) == {young, live}
