"""A fleet of real processes, on both databases, and what may happen to it."""

import signal
import time

import pytest

from estimators.measuring.program import run_probe
from estimators.specs.probe import Probe
from service import jobs
from service.probe_reports import probe_report
from service.store.base import open_engine, session_factory
from service.store.workers import fleet_views as heard
from tests.conftest import emptied
from tests.estimators.test_probe_program import untimed
from tests.patience import HANG
from tests.workers.fleet import (
    LEASE,
    TICK,
    Fleet,
    attempts,
    check_series,
    digits,
    ends,
    following,
    name_of,
    probe,
    state,
    submit,
    submit_probe,
    toy,
    under_way,
    until,
)

LONG = toy(2_000, 50)


def apart(name, *marks):
    """Tests of one fleet share a process when tests are spread over several."""
    return pytest.param(name, marks=[pytest.mark.xdist_group(f"fleet on {name}"), *marks])


@pytest.fixture(scope="module", params=[apart("sqlite", pytest.mark.slow), apart("postgresql")])
def fleet(request, valkey, tmp_path_factory):
    """Two workers and a dispatcher."""
    folder = tmp_path_factory.mktemp("fleet")
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{folder}/arena.db" if sqlite else request.getfixturevalue("postgres")
    engine = emptied(open_engine(url))
    fleet = Fleet(folder, url, valkey.url, session_factory(engine))
    for name in ("dispatcher", "w0", "w1"):
        fleet.start(name)
    fleet.ready()
    yield fleet
    codes, stopped = fleet.stop(), {process.pid for process in fleet.processes.values()}
    left = fleet.heard()
    engine.dispose()
    assert set(codes.values()) == {0}
    assert not left & stopped, "a worker that stops says so"


def test_what_is_submitted_is_trained(fleet):
    spec = digits(60, 20, seeds=range(3))
    job = submit(fleet.database, spec)
    assert ends(fleet.database, job) == "succeeded"
    check_series(fleet.database, job, spec)
    (attempt,) = attempts(fleet.database, job)
    assert attempt.ending == "done" and attempt.environment["threads"] == 1
    assert attempt.environment.keys() >= {"device_class", "torch", "python", "code", "hostname"}


def test_workers_are_seen(fleet):
    with fleet.database.begin() as session:
        workers = heard(session)
    assert sorted(view.worker.id.split("@")[0] for view in workers) == ["w0", "w1"]
    assert all(view.worker.queues == ["cpu"] for view in workers)


def test_blows(fleet):
    """One job, whose runner is killed, whose worker is killed, and whose worker is asked to stop:
    it goes on elsewhere each time, in its lanes, and writes what an undisturbed one writes."""
    spec = digits(400, 10)
    job = submit(fleet.database, spec)
    spent = [
        blow(fleet, job, number, kind)
        for number, kind in enumerate(("runner", "worker", "stop"), start=1)
    ]
    print(
        f"\nuntil it ran elsewhere: runner killed {spent[0]:.1f} s, worker killed "
        f"{spent[1]:.1f} s, ",
        end="",
    )
    print(f"SIGTERM {spent[2]:.1f} s (lease {LEASE}, tick {TICK})")
    assert ends(fleet.database, job) == "succeeded"
    assert [attempt.ending for attempt in attempts(fleet.database, job)] == [
        "lost",
        "lost",
        "released",
        "done",
    ]
    check_series(fleet.database, job, spec)


def blow(fleet, job, number, kind) -> float:
    """Strikes the attempt of this number; seconds until the next one began."""
    name = name_of(under_way(fleet.database, job, number))
    process, at = fleet.processes[name], time.time()
    {"runner": fleet.kill_runner, "worker": fleet.kill, "stop": fleet.ask}[kind](name)
    spent = following(fleet.database, job, number).started_at - at
    if kind != "runner":
        assert process.wait(HANG) == (0 if kind == "stop" else -signal.SIGKILL)
        fleet.start(name)
    return spent


@pytest.mark.slow
def test_a_probe_whose_runner_is_killed_goes_on_after_what_it_found(fleet):
    """It finds what an undisturbed one finds.  That its pieces are the whole, wherever it was left,
    and that a job outlives its runner, other tests try in every run."""
    spec = Probe.model_validate(probe(at=20))
    job = submit_probe(fleet.database, spec)
    until(lambda: place_of(fleet, job) == spec.boundaries[1])  # the first estimator is measured
    fleet.kill_runner(name_of(under_way(fleet.database, job)))
    assert ends(fleet.database, job) == "succeeded"
    assert [attempt.ending for attempt in attempts(fleet.database, job)] == ["lost", "done"]
    with fleet.database.begin() as session:
        report = probe_report(session, job)
    assert untimed(report) == untimed(run_probe(spec))


def place_of(fleet, job):
    """Where its checkpoint is."""
    with fleet.database.begin() as session:
        return jobs.job_runs(session, job)[0].bundle.step


def test_cancel(fleet):
    job = submit(fleet.database, LONG)
    under_way(fleet.database, job)
    with fleet.database.begin() as session:
        jobs.cancel_job(session, job)
    asked = time.time()
    assert state(fleet.database, job) in (
        "cancelling",
        "cancelled",
    )  # a worker may have heard it already
    assert ends(fleet.database, job) == "cancelled"
    print(f"\ncancel: stopped after {time.time() - asked:.1f} s")
    assert not [attempt for attempt in attempts(fleet.database, job) if attempt.ended_at is None]


def test_a_killed_broker_costs_latency_only(fleet, valkey):
    """Workers go on, stop and start without it."""
    running = submit(fleet.database, LONG)
    worker = name_of(under_way(fleet.database, running))
    other = {"w0": "w1", "w1": "w0"}[worker]
    valkey.kill()
    fleet.processes[other].terminate()
    assert fleet.processes[other].wait(HANG) == 0
    fleet.start(other)
    waiting = submit(fleet.database, toy(400, 100))
    assert ends(fleet.database, waiting) == "succeeded"
    assert ends(fleet.database, running) == "succeeded"
    valkey.start()


def test_the_dispatcher_stops_at_once(fleet):
    fleet.processes["dispatcher"].send_signal(signal.SIGTERM)
    assert fleet.processes["dispatcher"].wait(HANG) == 0
