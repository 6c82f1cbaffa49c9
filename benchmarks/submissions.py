"""How fast experiments of five seeds are taken over HTTP on SQLite, and what one takes of the
service's processor.

    python -m benchmarks.submissions [--clients 16] [--seconds 8] [--rounds 3]
        [--against CHECKOUT] [--mlflow PYTHON]

Services by turns, each of one process on a new database: this checkout's; another checkout's,
where one is named; and MLflow's, where an interpreter is named that has it
(requirements/peers.txt).  Here an experiment is one job; MLflow keeps a run a seed, and is sent
them one by one.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil

from service.store import schema
from service.submission import SMALLEST

PORT, HEADERS = 8766, {"Content-Type": "application/json"}
BODY, SEEDS = json.dumps(SMALLEST), 5
HERE = Path(__file__).parents[1]
SERVE = f"from service.embedded.commands import serve; serve('127.0.0.1', {PORT})"
# seconds, in which a service loads what it loads later
WARM = 4.0
Client = http.client.HTTPConnection


class Side(NamedTuple):
    """A service that is started anew, and one experiment that is handed in there."""

    served: Callable[[], AbstractContextManager[psutil.Process]]
    hand_in: Callable[[Client], None]


def post(client: Client, path: str, body: str, status: int) -> None:
    client.request("POST", path, body, HEADERS)
    answer = client.getresponse()
    text = answer.read()
    assert answer.status == status, text


def submit_job(client: Client) -> None:
    post(client, "/v1/jobs", BODY, 201)


def create_runs(client: Client) -> None:
    """A run for each seed, with the parameters that its experiment names."""
    tags = [
        {"key": name, "value": str(part["name"] if isinstance(part, dict) else part)}
        for name, part in SMALLEST.items()
    ]
    for seed in range(SEEDS):
        body = {"experiment_id": "0", "tags": [*tags, {"key": "seed", "value": str(seed)}]}
        post(client, "/api/2.0/mlflow/runs/create", json.dumps(body), 200)


def open_client() -> Client:
    return Client("127.0.0.1", PORT, timeout=60)


def await_service(hand_in: Callable[[Client], None]) -> None:
    """Waits for the service, and has it load what the first experiment loads."""
    while True:
        try:
            return hand_in(open_client())
        except ConnectionError:
            time.sleep(0.1)


@contextmanager
def served(checkout: Path) -> Iterator[psutil.Process]:
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
        with running([sys.executable, "-c", SERVE], checkout, settings, submit_job) as server:
            yield server


@contextmanager
def served_mlflow(python: Path) -> Iterator[psutil.Process]:
    """MLflow's server with one worker."""
    with tempfile.TemporaryDirectory(prefix="submissions") as folder:
        store = f"sqlite:///{folder}/mlflow.db"
        command = [str(python), "-m", "mlflow", "server", "--backend-store-uri", store]
        command += ["--workers", "1", "--port", str(PORT), "--artifacts-destination", folder]
        with running(command, Path(folder), {}, create_runs) as server:
            yield server


@contextmanager
def running(
    command: list[str], folder: Path, settings: dict[str, str], hand_in: Callable[[Client], None]
) -> Iterator[psutil.Process]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, cwd=folder, env=os.environ | settings, stdout=quiet, stderr=quiet
    ) as server:
        process = psutil.Process(server.pid)
        try:
            await_service(hand_in)
            yield process
        finally:
            children = process.children(recursive=True)
            server.terminate()
            for child in children:
                child.terminate()


def handing_times(hand_in: Callable[[Client], None], clients: int, seconds: float) -> list[float]:
    """Milliseconds of each experiment, from so many clients that hand in one after the other."""
    end = time.monotonic() + seconds

    def keep_on(_: int) -> list[float]:
        client, times = open_client(), []
        while time.monotonic() < end:
            start = time.perf_counter()
            hand_in(client)
            times.append(1e3 * (time.perf_counter() - start))
        return times

    with ThreadPoolExecutor(clients) as pool:
        return [time for times in pool.map(keep_on, range(clients)) for time in times]


def processor_seconds(process: psutil.Process) -> float:
    """Of a process and those that it started."""
    spent = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return float(sum(one.user + one.system for one in spent))


def measure_side(side: Side, clients: int, seconds: float) -> tuple[float, str]:
    """Experiments a second, and that with all else in words."""
    with side.served() as server:
        handing_times(side.hand_in, clients, WARM)
        before, began = processor_seconds(server), time.monotonic()
        times = handing_times(side.hand_in, clients, seconds)
        spent, lasted = processor_seconds(server) - before, time.monotonic() - began
    p50, p99 = np.quantile(times, (0.5, 0.99))
    rate = len(times) / lasted
    return rate, (
        f"{rate:6.1f} experiments/s, p50 {p50:5.0f} ms, p99 {p99:5.0f} ms, "
        f"{1e3 * spent / len(times):5.2f} ms of CPU each, {100 * spent / lasted:3.0f}% of a core"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--against", type=Path, help="another checkout")
    parser.add_argument("--mlflow", type=Path, help="an interpreter that has MLflow")
    options = parser.parse_args()
    sides = {"here": Side(partial(served, HERE), submit_job)}
    if options.against:
        sides["against"] = Side(partial(served, options.against.resolve()), submit_job)
    if options.mlflow:
        # not resolved: an environment's interpreter is a link
        sides["mlflow"] = Side(partial(served_mlflow, options.mlflow.absolute()), create_runs)
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(options.rounds):
        for name, side in sides.items():
            rate, text = measure_side(side, options.clients, options.seconds)
            rates[name].append(rate)
            print(f"{name:8}", text, flush=True)
    for name in list(sides)[1:]:
        ratio = float(np.median(np.divide(rates["here"], rates[name])))
        print(f"here / {name}: {ratio:.2f}")


if __name__ == "__main__":
    main()
