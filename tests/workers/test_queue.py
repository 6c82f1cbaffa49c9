"""The doorbell, on a real broker, on a dead one, and on a folder of files."""

import os
import subprocess
import sys

import pytest

from service import queue
from service.store import jobs
from service.store.base import session_factory
from tests.store.world import plan


@pytest.fixture
def quiet(valkey):
    with queue.app.connection_for_write() as connection:
        connection.default_channel.client.flushall()


def test_bells_are_counted(quiet):
    assert queue.pending_bells("cpu") == 0
    queue.ring_bell("cpu", 2)
    queue.ring_bell("gpu")
    assert (queue.pending_bells("cpu"), queue.pending_bells("gpu")) == (2, 1)


def test_the_bell_rings_after_the_commit_and_never_without_one(quiet, engine):
    database = session_factory(engine)
    with pytest.raises(ZeroDivisionError), database.begin() as session:
        queue.ring_after_commit(session, "cpu")
        raise ZeroDivisionError
    assert queue.pending_bells("cpu") == 0
    with database.begin() as session:
        jobs.submit_job(session, "a", plan({"seeds": [1], "steps": 1}))
        queue.ring_after_commit(session, "cpu")
        assert queue.pending_bells("cpu") == 0
    assert queue.pending_bells("cpu") == 1


def test_a_crowd_rings_so_many_bells_a_second_in_each_queue(monkeypatch):
    now = iter([7.0, 7.2, 7.9, 7.95, 8.1])
    monkeypatch.setattr(queue, "monotonic", lambda: next(now))
    bells = queue.Bells()
    asked = [("cpu", 6), ("cpu", 5), ("gpu", 1), ("cpu", 1), ("cpu", 40)]
    assert [bells.admitted(*each) for each in asked] == [6, 2, 1, 0, queue.MOST]


def test_a_dead_broker_is_given_up_soon(valkey, caplog):
    """Asked once more, not for as long as it is away: it comes back after all was given up."""
    valkey.kill()
    queue.ring_bell("cpu")
    queue.top_up("cpu", 1)
    valkey.start()
    told = [record.message for record in caplog.records if record.name == "service.queue"]
    assert [message.split(":")[0] for message in told] == ["doorbell cpu", "doorbell cpu"]


def test_a_folder_is_a_broker_too(tmp_path):
    rings = (
        "from service import queue; queue.ring_bell('cpu', 3); print(queue.pending_bells('cpu'))"
    )
    environment = os.environ | {
        "GRADARENA_BROKER": "filesystem://",
        "GRADARENA_DATA": str(tmp_path),
    }
    run = subprocess.run(
        [sys.executable, "-c", rings], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "3"
