"""What the service carries: jobs in over HTTP, points into the store, and health beside a flood.

    python -m benchmarks.load [--clients 16] [--seconds 10]

Each on a new SQLite database on disk, committed before it is answered.  Boards and series at 10^8
points are `benchmarks.store_boards`' to measure.
"""

import argparse
import hashlib
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

from benchmarks.points import CHUNK, WIDTH, StoredProgram
from benchmarks.submissions import WARM, processor_seconds
from service.store import schema
from service.submission import SMALLEST

PORT = 8767
JSON = {"Content-Type": "application/json"}
KEY = "flood"
# bodies that are wrong in as many places as fit, from nobody
FLOOD, FIELDS = 60, 20_000
CHUNKS = 200


@contextmanager
def served(**settings: str) -> Iterator[psutil.Process]:
    """A service of its own, that answers."""
    with tempfile.TemporaryDirectory(prefix="load") as folder:
        url = f"sqlite:///{Path(folder) / 'arena.db'}"
        schema.upgrade_schema(url)
        variables = {"DATABASE": url, "DATA": folder, "BROKER": "filesystem://", **settings}
        environment = os.environ | {f"GRADARENA_{name}": value for name, value in variables.items()}
        command = [sys.executable, "-m", "service.cli", "serve", "--port", str(PORT)]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet) as server:
            while not _answers():
                time.sleep(0.1)
            try:
                yield psutil.Process(server.pid)
            finally:
                server.terminate()


def _answers() -> bool:
    try:
        return request_time("GET", "/health/live")[0] == 200
    except OSError:
        return False


def request_time(
    method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, float]:
    """The status, and how many milliseconds it took, on a connection of its own."""
    start = time.perf_counter()
    client = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    try:
        client.request(method, path, body, headers or {})
        answer = client.getresponse()
        answer.read()
        return answer.status, 1e3 * (time.perf_counter() - start)
    except (ConnectionResetError, BrokenPipeError):
        # refused before the body was read to its end
        return 0, 1e3 * (time.perf_counter() - start)
    finally:
        client.close()


def submission_table(clients: int, seconds: float) -> None:
    """Jobs of five seeds, each with a key of its own."""
    body = json.dumps(SMALLEST)

    def keep_on(turn: tuple[str, float]) -> list[float]:
        name, end = turn
        client, times = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120), []
        while time.monotonic() < end:
            start = time.perf_counter()
            headers = JSON | {"Idempotency-Key": f"{name}-{len(times)}"}
            client.request("POST", "/v1/jobs", body, headers)
            answer = client.getresponse()
            answer.read()
            assert answer.status == 201
            times.append(1e3 * (time.perf_counter() - start))
        return times

    def all_times(name: str, lasts: float) -> list[float]:
        end = time.monotonic() + lasts
        with ThreadPoolExecutor(clients) as pool:
            turns = [(f"{name}-{number}", end) for number in range(clients)]
            return [time for some in pool.map(keep_on, turns) for time in some]

    with served() as server:
        all_times("warm", WARM)
        before = processor_seconds(server)
        times = all_times("measured", seconds)
        spent = processor_seconds(server) - before
    p50, p99 = np.quantile(times, (0.5, 0.99))
    print(
        f"jobs of 5 seeds, {clients} clients: {len(times) / seconds:.0f}/s, p50 {p50:.0f} ms, "
        f"p99 {p99:.0f} ms, {1e3 * spent / len(times):.2f} ms of the service's processor each"
    )


def points_table() -> None:
    """Dense series of runs that train together, a checkpoint a chunk."""
    with tempfile.TemporaryDirectory(prefix="load") as folder:
        program = StoredProgram(f"sqlite:///{Path(folder) / 'arena.db'}", CHUNKS)
        began = time.perf_counter()
        for _ in range(CHUNKS):
            program.write_chunk()
        lasted = time.perf_counter() - began
        program.close()
    total = CHUNK * CHUNKS * WIDTH
    print(f"points, {CHUNK} a commit and run: {total / lasted:,.0f}/s")


def flood_table() -> None:
    """Bodies without a key, and the slowest answer to whoever asks whether it lives, meanwhile."""
    fields = {f"field{number}": number for number in range(FIELDS)}
    body = json.dumps(SMALLEST | fields).encode()
    keys = f"ada {hashlib.sha256(KEY.encode()).hexdigest()}"
    slowest, count = 0.0, 0
    with served(API_KEYS=keys), ThreadPoolExecutor(FLOOD) as pool:
        send = lambda _: request_time("POST", "/v1/jobs", body, JSON)
        answers = [pool.submit(send, number) for number in range(FLOOD)]
        while count < 20 or not all(answer.done() for answer in answers):
            status, took = request_time("GET", "/health/live")
            assert status == 200
            slowest, count = max(slowest, took), count + 1
        statuses = {answer.result()[0] for answer in answers} - {0}
    print(
        f"{FLOOD} keyless bodies of {len(body) / 1e3:.0f} kB: answered {sorted(statuses)}; "
        f"slowest of {count} /health/live beside them: {slowest:.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    submission_table(options.clients, options.seconds)
    points_table()
    flood_table()


if __name__ == "__main__":
    main()
