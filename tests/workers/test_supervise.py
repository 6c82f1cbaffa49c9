"""What a supervisor makes of its runner: scripts stand in for runners, so that they do what we
want."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from service.store import bundles, jobs
from service.store.models import Bundle, Run
from service.store.setbacks import CRASHES, KILLS
from service.store.workers import fleet_views
from tests.patience import HANG
from tests.store.world import plan
from tests.workers.desk import ME, SPEC, endings, in_thread, runners, submit, told
from tests.workers.fleet import until
from workers import supervise


def test_nothing_to_do(desk):
    supervisor = desk("says done")
    assert supervisor.serve("cpu") == "nothing to do" and supervisor.runner is None


def test_a_runner_that_ends_well_is_kept_for_the_next_bundle(desk):
    supervisor = desk("says done")
    submit(supervisor)
    submit(supervisor)
    supervisor.serve("cpu")
    kept = supervisor.runner.process.pid
    supervisor.serve("cpu")
    assert supervisor.runner.process.pid == kept and [one.pid for one in runners()] == [kept]


def test_a_runner_that_waits_before_there_is_work_serves_the_first_bundle(desk):
    supervisor = desk("says done")
    supervisor.prepare()
    waiting = supervisor.runner.process.pid
    submit(supervisor)
    supervisor.serve("cpu")
    assert supervisor.runner.process.pid == waiting and [one.pid for one in runners()] == [waiting]


def test_a_runner_that_waits_in_vain_is_buried(desk, monkeypatch):
    supervisor = desk("says done")
    supervisor.prepare()
    supervisor.look()
    assert supervisor.runner
    monkeypatch.setattr(supervise, "WARM", 0.0)
    supervisor.look()
    assert supervisor.runner is None and not runners()


def test_one_that_ended_before_there_was_work_is_replaced(desk):
    supervisor = desk("says done")
    supervisor.prepare()
    supervisor.runner.process.kill()
    supervisor.runner.process.wait()
    submit(supervisor)
    assert supervisor.serve("cpu").endswith("done")


def test_a_runner_that_has_just_closed_its_bundle_stays(desk, monkeypatch):
    """It says so a moment after a heartbeat found nothing to renew."""
    supervisor = desk("says done late")
    submit(supervisor)
    monkeypatch.setattr(type(supervisor.settings), "beat", 0.0)
    monkeypatch.setattr(supervise, "LAST", HANG)
    monkeypatch.setattr(supervisor, "_beat", lambda bundle, step: 1 - step or None)
    assert supervisor.serve("cpu").endswith("done") and supervisor.runner.alive


@pytest.mark.parametrize("runner", ["fails", "runs out of memory", "is killed", "crashes"])
def test_any_other_runner_is_buried(desk, runner):
    supervisor = desk(runner)
    submit(supervisor)
    supervisor.serve("cpu")
    assert supervisor.runner is None and not runners()


@pytest.mark.parametrize(
    "runner, ending, then",
    [
        ("fails", "error", {"failed": 2}),
        ("crashes", "crashed", {"queued": 2}),
        ("does not start", "unable", {"queued": 2}),
        ("runs out of memory", "oom", {"queued": 2}),
        ("is killed", "lost", {"queued": 2}),
    ],
)
def test_the_store_hears_of_it(desk, runner, ending, then):
    supervisor = desk(runner)
    job = submit(supervisor)
    supervisor.serve("cpu")
    assert endings(supervisor) == [ending] and told(supervisor, job) == then


def no_pause(supervisor):
    with supervisor.database.begin() as session:
        session.execute(update(Bundle).values(not_before=None))
    supervisor.trouble.until = 0.0


def test_a_process_that_dies_again_and_again_is_given_up(desk):
    supervisor = desk("crashes")
    job = submit(supervisor)
    for _ in range(CRASHES):
        no_pause(supervisor)
        supervisor.serve("cpu")
    assert told(supervisor, job) == {"failed": 2}
    assert endings(supervisor) == ["crashed"] * CRASHES


def test_a_process_that_is_killed_again_and_again_is_not(desk):
    supervisor = desk("is killed")
    job = submit(supervisor)
    for _ in range(KILLS + 1):
        no_pause(supervisor)
        supervisor.serve("cpu")
    assert told(supervisor, job) == {"queued": 2}


def test_a_worker_that_cannot_do_its_part_rests_and_says_so(desk):
    supervisor = desk("has no disk")
    job = submit(supervisor)
    supervisor.serve("cpu")
    assert endings(supervisor) == ["unable"] and supervisor.serve("cpu") == "nothing to do"
    supervisor.pulse()
    with supervisor.database.begin() as session:
        assert [view.worker.trouble for view in fleet_views(session)] == ["no space left"]
    assert told(supervisor, job) == {"queued": 2}


def test_a_runner_that_stands_still_is_ended_and_its_bundle_goes_on(desk):
    supervisor = desk("is stopped", stall=0.5)
    job = submit(supervisor)
    supervisor.serve("cpu")
    assert endings(supervisor) == ["stalled"] and told(supervisor, job) == {"queued": 2}
    assert not runners()


def test_a_job_takes_no_longer_than_it_may(desk):
    supervisor = desk("is slow")
    with supervisor.database.begin() as session:
        spec = replace(plan(SPEC), time_limit=0.3)
        job = jobs.submit_job(session, "a", spec).id
    supervisor.serve("cpu")
    assert endings(supervisor) == ["timeout"] and told(supervisor, job) == {"failed": 2}


def test_a_heartbeat_renews_the_lease_and_carries_the_progress(desk):
    supervisor = desk("is slow")
    submit(supervisor)
    thread = in_thread(supervisor)
    with supervisor.database.begin() as session:
        before = session.scalars(select(Bundle.lease_until)).one()

    def beaten():
        with supervisor.database.begin() as session:
            bundle = session.scalars(select(Bundle)).one()
            return bundle.progress == 7 and bundle.lease_until > before

    until(beaten)
    supervisor.draining.set()
    thread.join()


def test_cancel_kills_the_runner(desk):
    supervisor = desk("is slow")
    job = submit(supervisor)
    thread = in_thread(supervisor)
    with supervisor.database.begin() as session:
        jobs.cancel_runs(session, session.scalars(select(Run.id)).all())
    thread.join(60)
    assert told(supervisor, job) == {"cancelled": 2} and endings(supervisor) == ["cancelled"]


def test_a_supervisor_that_is_fenced_kills_its_runner_and_says_nothing(desk):
    supervisor = desk("is slow")
    job = submit(supervisor)
    thread = in_thread(supervisor)
    with supervisor.database.begin() as session:
        bundles.end_attempt(session, supervisor.bundle_id, 1, "lost")
        bundles.claim_bundle(session, "cpu", "another", 60)
    thread.join(60)
    assert told(supervisor, job) == {"running": 2} and endings(supervisor) == ["lost", None]


def test_draining_waits_for_a_checkpoint(desk):
    supervisor = desk("drains")
    job = submit(supervisor)
    thread = in_thread(supervisor)
    supervisor.draining.set()
    thread.join(60)
    assert endings(supervisor) == ["released"] and told(supervisor, job) == {"queued": 2}


def test_draining_does_not_wait_for_ever(desk):
    supervisor = desk("is slow")
    submit(supervisor)
    thread = in_thread(supervisor)
    supervisor.draining.set()
    thread.join(60)
    assert endings(supervisor) == ["released"]
    with supervisor.database.begin() as session:
        assert session.scalars(select(Bundle.strikes)).one() == 0


def test_what_wants_data_that_are_not_here_is_not_taken(desk, monkeypatch):
    supervisor = desk("says done")
    submit(supervisor, dataset={"name": "mnist"})
    monkeypatch.setattr(supervise, "missing_datasets", lambda: ["mnist"])
    assert supervisor.serve("cpu") == "nothing to do"
    monkeypatch.setattr(supervise, "missing_datasets", lambda: [])
    assert supervisor.serve("cpu").endswith("done")


def test_a_draining_worker_takes_nothing(desk):
    supervisor = desk("says done")
    job = submit(supervisor)
    supervisor.draining.set()
    assert supervisor.serve("cpu") == "nothing to do" and told(supervisor, job) == {"queued": 2}


def test_an_idle_worker_looks_for_itself(desk):
    supervisor = desk("fails")
    jobs_made = [submit(supervisor) for _ in range(3)]
    supervisor.look()
    assert all(told(supervisor, job) == {"failed": 2} for job in jobs_made)


def test_a_busy_worker_does_not_look(desk):
    supervisor = desk("is slow")
    submit(supervisor)
    thread = in_thread(supervisor)
    waiting = submit(supervisor)
    supervisor.look()
    assert told(supervisor, waiting) == {"queued": 2}
    supervisor.draining.set()
    thread.join()


def test_a_pulse_tells_what_it_trains(desk):
    supervisor = desk("is slow")
    supervisor.pulse()
    submit(supervisor)
    thread = in_thread(supervisor)
    supervisor.pulse()
    with supervisor.database.begin() as session:
        (view,) = fleet_views(session)
    assert view.worker.bundle_id == supervisor.bundle_id and view.silent < 2
    assert "tfd" in view.worker.missing_data and "digits" not in view.worker.missing_data
    supervisor.close()
    thread.join()
    with supervisor.database.begin() as session:
        assert fleet_views(session) == []


def test_long_work_gives_way_to_others(desk):
    supervisor = desk("drains", turn=0.01)
    long, quick = submit(supervisor), None

    def wait_in_line():
        nonlocal quick
        until(lambda: supervisor.bundle_id)
        with supervisor.database.begin() as session:
            quick = jobs.submit_job(session, "eve", plan(SPEC)).id

    threading.Thread(target=wait_in_line).start()
    assert supervisor.serve("cpu").endswith("released")
    with supervisor.database.begin() as session:
        assert bundles.claim_bundle(session, "cpu", "v", 30).job_id == quick != long


class Away:
    """A database that does not answer."""

    def begin(self):
        raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))


def test_a_database_that_is_away_decides_nothing(desk, caplog):
    supervisor = desk("is slow")
    submit(supervisor)
    with supervisor.database.begin() as session:
        bundle = bundles.claim_bundle(session, "cpu", ME.id, 60)
    there, supervisor.database = supervisor.database, Away()
    supervisor.look()
    supervisor.pulse()
    assert supervisor._beat(bundle, 3) == 1
    assert not supervisor._yields(bundle)
    supervisor.settings = supervisor.settings.model_copy(update={"lease": 0})
    supervisor._report(bundle, {"ending": "lost"})
    supervisor.close()
    assert caplog.text.count("the server closed the connection") == 6
    supervisor.database = there
    assert endings(supervisor) == [None]
