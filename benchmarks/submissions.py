"""How fast jobs are taken over HTTP on SQLite, with and without the queue of those that write.

    python -m benchmarks.submissions [CLIENTS] [SECONDS]

Two services in turn, three times, each in a process of its own on a new database.  Without the
queue, threads that find the database locked sleep and look again, as SQLite's own busy handler
does.
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from service.store import schema

PORT, HEADERS = 8766, {"Content-Type": "application/json"}
BODY = json.dumps(
    {
        "model": {"name": "structured_prediction"},
        "estimator": {"name": "muprop"},
        "dataset": {"name": "digits"},
    }
)
SERVE = f"from service.embedded.commands import serve; serve('127.0.0.1', {PORT})"
UNQUEUED = (
    "from service.store.base import QueuedConnection;"
    " QueuedConnection.take_turn = lambda self: None; "
)
SIDES = {"queue": SERVE, "no queue": UNQUEUED + SERVE}


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


def submission_times(code: str, clients: int, seconds: float) -> list[float]:
    """Milliseconds of each submission, from so many clients that submit one job after the other."""

    def keep_on(_: int) -> list[float]:
        connection, times = open_client(), []
        while time.monotonic() < end:
            times.append(submit_job(connection))
        return times

    with tempfile.TemporaryDirectory(prefix="submissions") as folder:
        url = f"sqlite:///{Path(folder) / 'arena.db'}"
        schema.upgrade_schema(url)
        settings = {
            "GRADARENA_DATABASE": url,
            "GRADARENA_DATA": folder,
            "GRADARENA_BROKER": "filesystem://",
        }
        quiet = subprocess.DEVNULL
        command = [sys.executable, "-c", code]
        with subprocess.Popen(
            command, env=os.environ | settings, stdout=quiet, stderr=quiet
        ) as server:
            await_service()
            end = time.monotonic() + seconds
            with ThreadPoolExecutor(clients) as pool:
                spent = [time for times in pool.map(keep_on, range(clients)) for time in times]
            server.terminate()
    return spent


def main(clients: int, seconds: float) -> None:
    for _ in range(3):
        for name, code in SIDES.items():
            times = submission_times(code, clients, seconds)
            p50, p99 = np.quantile(times, (0.5, 0.99))
            print(
                f"{name:8} {len(times) / seconds:6.1f} jobs/s, "
                f"p50 {p50:6.0f} ms, p99 {p99:6.0f} ms, most {max(times):6.0f} ms",
                flush=True,
            )


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 16,
        float(sys.argv[2]) if len(sys.argv) > 2 else 8.0,
    )
