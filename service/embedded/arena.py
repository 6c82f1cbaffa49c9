"""Starts the service, keeps it running, stops all of it.

Every part is a child process, so that one that fails is started again and nothing here holds a lock
or a connection of theirs.  They share a data folder: database, broker's log, checkpoints, logs.
"""

import fcntl
import os
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from socket import SO_REUSEADDR, SOL_SOCKET, socket
from typing import Self

from .broker import Broker
from .processes import Child, block_signals

# seconds until the API answers: a machine may be busy, and an API that ends is not waited for
READY = 600.0
# seconds for workers to write a checkpoint
GRACE = 15.0
# seconds that a restarted part must last before it counts as well again, and the longest pause
CALM = 30.0


class InUse(Exception):
    """Another service runs on this data folder, or answers at this port."""


class Arena:
    """A running service.  Use it as a context; leaving it stops every process that it started.

    Raises InUse if the folder or the port is taken, RuntimeError with the log's last lines if a
    part does not start.
    """

    def __init__(self, data: Path, port: int = 0, workers: int | None = None, lease: float = 30.0):
        self.data, self.logs = data, data / "logs"
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.workers, self.lease = workers or os.cpu_count() or 1, lease
        self.children: list[Child] = []
        self.due: dict[str, float] = {}  # when a part that ended is started again

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._lock = stack.enter_context(_lock_folder(self.data))
            self.logs.mkdir(exist_ok=True)
            refuse_taken_port(self.port)
            with block_signals():
                self.broker = Broker(self.data, self.logs)
                stack.callback(self.broker.stop)
            stack.callback(self._stop_children)
            self._start()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *about: object) -> None:
        self._stack.close()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "GRADARENA_DATABASE": f"sqlite:///{self.data}/arena.db",
            "GRADARENA_BROKER": self.broker.url,
            "GRADARENA_DATA": str(self.data),
            "GRADARENA_ARTIFACTS": str(self.data / "artifacts"),
            "GRADARENA_LEASE": str(self.lease),
            "OMP_NUM_THREADS": "1",
            # or torch makes one among temporary files
            "TORCHINDUCTOR_CACHE_DIR": f"{self.data}/torch",
        }

    def _start(self) -> None:
        migrate = self._child("migrate", ["-m", "migrations"])
        if migrate.process.wait() != 0:
            raise RuntimeError(
                f"The database could not be brought up to date:\n{migrate.last_words()}"
            )
        self.children.remove(migrate)
        api = self._child("api", ["-m", "service.cli", "serve", "--port", str(self.port)])
        self._child("dispatcher", ["-m", "workers.dispatch"])
        for number in range(self.workers):
            self._child(f"worker-{number}", _worker_command(number))
        self._wait(api)

    def _child(self, name: str, arguments: list[str]) -> Child:
        with block_signals():
            child = Child(name, [sys.executable, *arguments], self.environment, self.logs)
            self.children.append(child)
        return child

    def _wait(self, api: Child) -> None:
        until = time.monotonic() + READY
        while not _url_answers(f"{self.url}/health/live"):
            if api.ended or time.monotonic() > until:
                raise RuntimeError(f"The API did not start:\n{api.last_words()}")
            time.sleep(0.1)

    def tend(self, say: Callable[[str], None]) -> None:
        """Starts again what ended by itself, each time after twice as long a pause; the pauses of
        what lasted begin anew."""
        broker = [self.broker.server] if self.broker.server else []
        for child in filter(lambda child: child.ended, [*broker, *self.children]):
            if child.name not in self.due:
                pause = self.next_pause(child)
                code = child.process.returncode
                say(f"{child.name} ended with {code}; again in {pause:.0f} s, see {child.log}")
                self.due[child.name] = time.monotonic() + pause
            elif time.monotonic() > self.due[child.name]:
                del self.due[child.name]
                child.start()

    def next_pause(self, child: Child) -> float:
        """Seconds until a child that ended is started again."""
        if child.lasted > CALM:
            child.starts = 1
        return min(2.0 ** (child.starts - 1), CALM)

    def _stop_children(self) -> None:
        """All are asked at once, and workers get the time to reach a checkpoint; a second Ctrl-C
        waits."""
        with block_signals():
            for child in self.children:
                child.ask_to_stop()
            until = time.monotonic() + GRACE
            for child in self.children:
                child.stop(max(0.1, until - time.monotonic()))


def _worker_command(number: int) -> list[str]:
    celery = [
        "-m",
        "celery",
        "-A",
        "workers.tasks",
        "worker",
        "-P",
        "threads",
        "-c",
        "1",
        "-Q",
        "cpu",
    ]
    return [
        *celery,
        "-n",
        f"cpu-{number}@%h",
        "--without-gossip",
        "--without-mingle",
        "--loglevel",
        "INFO",
    ]


def _lock_folder(data: Path) -> ExitStack:
    """Holds the data folder for us alone."""
    data.mkdir(parents=True, exist_ok=True)
    stack = ExitStack()
    file = stack.enter_context((data / "lock").open("w"))
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stack.close()
        raise InUse(
            f"Another service runs on {data}; stop it, or name another folder with --data."
        ) from None
    return stack


def refuse_taken_port(port: int) -> None:
    """Raises InUse where something listens on this port of the loopback already."""
    with socket() as probe:
        probe.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise InUse(
                f"Port {port} cannot be had ({error.strerror}): something else may answer there. "
                "Name another with --port, or 0 for a free one."
            ) from None


def _url_answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
