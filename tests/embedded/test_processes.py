"""Children end when they are asked, when they will not, and when their parent is killed."""

import signal
import socket
import subprocess
import sys
import time
from types import SimpleNamespace

import psutil
import pytest

from service.embedded.arena import CALM, Arena, InUse, refuse_taken_port
from service.embedded.broker import Broker
from service.embedded.processes import Child

PARENT = """
import sys, time
from pathlib import Path
from service.embedded.broker import Broker
from service.embedded.processes import Child
folder = Path(sys.argv[1])
broker = Broker(folder, folder)
child = Child("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"], {}, folder)
print(broker.server.process.pid, child.process.pid, flush=True)
time.sleep(60)
"""


def sleeper(folder, code="import time; time.sleep(60)"):
    child = Child("sleeper", [sys.executable, "-uc", f"print('up'); {code}"], {}, folder)
    until = time.monotonic() + 120
    while "up" not in child.log.read_text() and time.monotonic() < until:
        time.sleep(0.02)
    return child


def test_a_child_ends_when_asked(tmp_path):
    child = sleeper(tmp_path)
    assert not child.ended
    child.stop(60)
    assert child.process.returncode == -signal.SIGTERM


def test_a_child_that_will_not_end_is_ended_with_its_own_children(tmp_path):
    deaf = "import signal, subprocess, time; signal.signal(15, signal.SIG_IGN); "
    child = sleeper(
        tmp_path, f"{deaf} subprocess.Popen(['sleep', '60']); print('deaf'); time.sleep(60)"
    )
    while "deaf" not in child.log.read_text():
        time.sleep(0.02)
    grandchild = psutil.Process(child.process.pid).children()[0]
    child.stop(0.2)
    assert child.process.returncode == -signal.SIGKILL
    assert gone([grandchild])


def gone(processes, patience=60.0):
    _, alive = psutil.wait_procs(processes, patience)
    return all(process.status() == psutil.STATUS_ZOMBIE for process in alive)


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere children that read no pipe outlive a SIGKILL"
)
def test_nothing_outlives_a_killed_parent(tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, tmp_path], stdout=subprocess.PIPE, text=True
    )
    with parent:
        children = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
        parent.kill()
    assert len(children) == 2 and gone(children)


def test_the_broker_remembers(tmp_path):
    import redis

    def connect(broker):
        return redis.Redis(
            unix_socket_path=broker.url.removeprefix("redis+socket://").split("?")[0]
        )

    broker = Broker(tmp_path, tmp_path)
    with connect(broker) as client:
        client.set("rung", 3)
    broker.stop()
    assert not broker.sockets.exists()
    again = Broker(tmp_path, tmp_path)
    with connect(again) as client:
        assert client.get("rung") == b"3"
    again.stop()


def test_the_last_words_of_a_child_are_kept(tmp_path):
    child = Child(
        "failing", [sys.executable, "-c", "raise SystemExit('no such table')"], {}, tmp_path
    )
    assert child.process.wait(60) == 1
    assert "no such table" in child.last_words()


def test_a_port_where_somebody_answers_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InUse, match=f"Port {port} cannot be had"):
            refuse_taken_port(port)
    refuse_taken_port(port)


def test_a_broker_that_died_is_started_again_and_what_lasted_waits_no_longer(tmp_path):
    """Each time after twice as long, until one has lasted."""
    arena, told = Arena(tmp_path, port=1, workers=1), []
    child = sleeper(tmp_path)
    arena.broker = SimpleNamespace(server=child)
    arena.tend(told.append)
    assert not told
    child.process.kill()
    child.process.wait()
    arena.tend(told.append)
    assert told[0].startswith("sleeper ended with -9; again in 1 s")
    arena.due["sleeper"] = 0.0
    arena.tend(told.append)
    assert child.process.poll() is None and child.starts == 2 and not arena.due
    child.lasted = 1.0
    assert [arena.next_pause(child)] == [2.0]
    child.lasted = 10 * CALM
    assert arena.next_pause(child) == 1.0
    child.stop(60)
