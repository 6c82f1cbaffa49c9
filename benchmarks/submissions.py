"""How fast jobs are taken over HTTP on SQLite, and what one takes of the service's processor.

    python -m benchmarks.submissions [--clients 16] [--seconds 8] [--against CHECKOUT]

Services in turn, three times, each a process of its own on a new database: this checkout's; another
checkout's, where one is named; and this one's where threads that write do not queue (`base`), but
find the database locked, sleep and look again, as SQLite's own busy handler does.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil

from service.store import schema
from service.submission import SMALLEST

PORT, HEADERS = 8766, {"Content-Type": "application/json"}
BODY = json.dumps(SMALLEST)
HERE = Path(__file__).parents[1]
SERVE = f"from service.embedded.commands import serve; serve('127.0.0.1', {PORT})"
UNQUEUED = (
    "from service.store.base import QueuedConnection;"
    " QueuedConnection.take_turn = lambda self: None; "
)


def submit_job(client: http.client.HTTPConnection) -> float:
    """Milliseconds that a job took."""
    start = time.perf_counter()
    client.request("POST", "/v1/jobs", BODY, HEADERS)
    answer = client.getresponse()
    assert answer.status == 201, answer.read()
    answer.read()
    return 1e3 * (time.perf_counter() - start)


def open_client() -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)


def await_service() -> None:
    """Waits for the service, and has it load what the first submission loads."""
    while True:
        try:
            submit_job(open_client())
            return
        except ConnectionError:
            time.sleep(0.1)


@contextmanager
def served(checkout: Path, code: str) -> Iterator[psutil.Process]:
    """A service of that checkout's code on a new database, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="submissions") as folder:
        url = f"sqlite:///{Path(folder) / 'arena.db'}"
        schema.upgrade_schema(url)
        settings = {
            "GRADARENA_DATABASE": url,
            "GRADARENA_DATA": folder,
            "GRADARENA_BROKER": "filesystem://",
            "PYTHONPATH": str(checkout),
        }
        command, quiet = [sys.executable, "-c", code], subprocess.DEVNULL
        with subprocess.Popen(
            command, cwd=checkout, env=os.environ | settings, stdout=quiet, stderr=quiet
        ) as server:
            try:
                await_service()
                yield psutil.Process(server.pid)
            finally:
                server.terminate()


def submission_times(clients: int, seconds: float) -> list[float]:
    """Milliseconds of each submission, from so many clients that submit one job after the other."""
    end = time.monotonic() + seconds

    def keep_on(_: int) -> list[float]:
        connection, times = open_client(), []
        while time.monotonic() < end:
            times.append(submit_job(connection))
        return times

    with ThreadPoolExecutor(clients) as pool:
        return [time for times in pool.map(keep_on, range(clients)) for time in times]


def processor_seconds(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system)


def row_text(checkout: Path, code: str, clients: int, seconds: float) -> str:
    """One side, once."""
    with served(checkout, code) as server:
        before, began = processor_seconds(server), time.monotonic()
        times = submission_times(clients, seconds)
        spent, lasted = processor_seconds(server) - before, time.monotonic() - began
    p50, p99 = np.quantile(times, (0.5, 0.99))
    return (
        f"{len(times) / lasted:6.1f} jobs/s, p50 {p50:5.0f} ms, p99 {p99:5.0f} ms, "
        f"{1e3 * spent / len(times):5.2f} ms of CPU each, {100 * spent / lasted:3.0f}% of a core"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--against", type=Path, help="another checkout")
    options = parser.parse_args()
    other = {"against": (options.against.resolve(), SERVE)} if options.against else {}
    sides = {"here": (HERE, SERVE), **other, "no queue": (HERE, UNQUEUED + SERVE)}
    for _ in range(3):
        for name, side in sides.items():
            print(f"{name:8}", row_text(*side, options.clients, options.seconds), flush=True)


if __name__ == "__main__":
    main()
