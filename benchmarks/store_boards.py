"""Fills a database and asks the service for boards and series over HTTP.

    python -m benchmarks.store_boards sqlite|postgresql [RUNS]

Every benchmark has 20 estimators at 50 seeds; every run 1,000 points in 33 chunks: a dense series
of 900 and ten sparse ones of 10, each over three checkpoints.  100,000 runs (the default) are 10^8
points.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import numpy as np
import psutil
from sqlalchemy import Engine, text
from uuid_utils.compat import uuid7

from estimators.specs.base import digest
from service.store import schema
from service.store.base import open_engine
from tests.boards.world import experiment
from tests.servers import Postgres

ESTIMATORS, SEEDS, WIDTH = 20, 50, 10
BOUNDS = ("bound/train", "bound/validation", "bound/test", "evaluations", "seconds")
GRADIENTS = ("variance", "variance_loo2", "log_ratio", "bias", "cosine")
SPARSE, DENSE, PER_SERIES = (*BOUNDS, *(f"gradient/{name}" for name in GRADIENTS)), 900, 10
EDGES = (0, 2_000, 4_000, 6_000)  # checkpoints
POINTS = DENSE + len(SPARSE) * PER_SERIES
WHERE = {
    "device_class": "abacus",
    "device": "cpu",
    "threads": 1,
    "version": "0.1.0",
    "code": "5" * 16,
}
Numbers = np.ndarray[Any, Any]
Rows = dict[str, list[tuple[Any, ...]]]


def pour(engine: Engine, rows: Rows) -> None:
    """Into the tables of these names, as fast as each database takes it."""
    with engine.begin() as connection:
        raw: Any = connection.connection.driver_connection
        for name, lines in rows.items():
            columns = ", ".join(f'"{column}"' for column in COLUMNS[name])
            if engine.dialect.name == "sqlite":
                marks = ", ".join("?" * len(COLUMNS[name]))
                raw.executemany(
                    f"INSERT INTO {name} ({columns}) VALUES ({marks})", map(_plain, lines)
                )
                continue
            with raw.cursor() as cursor, cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as copy:
                for line in lines:
                    copy.write_row(
                        [json.dumps(cell) if isinstance(cell, dict) else cell for cell in line]
                    )


def _plain(line: Iterable[Any]) -> list[Any]:
    """As SQLite stores it."""
    plain = {UUID: lambda cell: cell.hex, dict: json.dumps}
    return [plain.get(type(cell), lambda same: same)(cell) for cell in line]


COLUMNS = {
    name: tuple(names.split())
    for name, names in {
        "benchmarks": "id definition created_at",
        "jobs": "id owner spec spec_hash benchmark_id cell_id estimator steps labels version "
        "created_at",
        "bundles": "id job_id owner queue priority turn state attempt strikes width steps start "
        "step checkpoint progress",
        "attempts": "bundle_id number worker started_at ended_at ending environment",
        "runs": "id job_id number bundle_id lane seed setting state reason cancel step ended_at",
        "metric_chunks": "run_id name first last steps values",
        "metric_summaries": "run_id name step value",
    }.items()
}


def benchmark(number: int, generator: np.random.Generator, series: bool = True) -> Rows:
    """All rows of one benchmark; without series, the last value of its bound alone."""
    spec = experiment("reinforce_loo").model_dump(mode="json")
    definition = experiment("reinforce_loo").benchmark | {"number": number}
    rows: Rows = {name: [] for name in COLUMNS}
    rows["benchmarks"].append((digest(definition), definition, time.time()))
    for draws in range(2, 2 + ESTIMATORS):
        submitted = spec | {
            "estimator": {"name": "reinforce_loo", "draws": draws},
            "seeds": list(range(SEEDS)),
        }
        _job(rows, submitted, digest(definition), 9 + 0.02 * draws, generator, series)
    return rows


def _job(
    rows: Rows,
    spec: dict[str, Any],
    benchmark_id: str,
    end: float,
    generator: np.random.Generator,
    series: bool,
) -> None:
    job, now, cell = uuid7(), time.time(), digest([benchmark_id, spec["estimator"]])
    rows["jobs"].append(
        (job, "local", spec, digest(spec), benchmark_id, cell, "reinforce_loo", 6_000, {}, 20, now)
    )
    for start in range(0, SEEDS, WIDTH):
        bundle = uuid7()
        rows["bundles"].append(
            (bundle, job, "local", "cpu", 0, 0, "closed", 1, 0, WIDTH, 6_000, 0, 6_000, "x", 6_000)
        )
        rows["attempts"].append((bundle, 1, "w", now, now, "done", WHERE))
        for lane in range(WIDTH):
            run, setting = uuid7(), {"learning_rate": 0.01, "momentum": 0.9}
            line = (
                run,
                job,
                start + lane,
                bundle,
                lane,
                start + lane,
                setting,
                "succeeded",
                "completed",
                False,
                6_000,
                now,
            )
            rows["runs"].append(line)
            noisy_end = end + 0.1 * generator.standard_normal()
            if series:
                _series(rows, run, spec["estimator"]["draws"], noisy_end, generator)
            else:
                rows["metric_summaries"].append((run, "bound/test", 6_000, noisy_end))


def _series(rows: Rows, run: UUID, draws: int, end: float, generator: np.random.Generator) -> None:
    noise = generator.random(DENSE)
    sparse = np.linspace(600, 6_000, PER_SERIES).astype("<i4")
    for first, last in zip(EDGES, EDGES[1:], strict=False):
        dense = noise[first * DENSE // 6_000 : last * DENSE // 6_000].astype("<f8")
        rows["metric_chunks"].append(
            (run, "cost/train", first, first + len(dense), None, dense.tobytes())
        )
        steps = sparse[(sparse > first) & (sparse <= last)]
        for name in SPARSE:
            values = _values(name, steps, draws, end).astype("<f8").tobytes()
            rows["metric_chunks"].append((run, name, first, last, steps.tobytes(), values))
    for name in ("cost/train", *SPARSE):
        rows["metric_summaries"].append(
            (run, name, 6_000, float(_values(name, np.array(6_000.0), draws, end)))
        )


def _values(name: str, steps: Numbers, draws: int, end: float) -> Numbers:
    """What is spent grows with the steps and the draws; all else falls to its end."""
    spent = {"evaluations": 3 * draws, "seconds": 1e-4 * draws * end}
    return steps * spent[name] if name in spent else end + 13 * np.exp(-steps / 1_000)


def fill(engine: Engine, runs: int) -> list[str]:
    """The identifiers of the benchmarks."""
    generator, ids = np.random.default_rng(0), []
    for number in range(runs // (ESTIMATORS * SEEDS)):
        rows = benchmark(number, generator)
        pour(engine, rows)
        ids.append(rows["benchmarks"][0][0])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return ids


def size(engine: Engine) -> int:
    """Bytes on disk."""
    pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    asked = (
        pages if engine.dialect.name == "sqlite" else "SELECT pg_database_size(current_database())"
    )
    with engine.connect() as connection:
        return int(connection.execute(text(asked)).scalar_one())


def served(url: str, folder: Path) -> Iterator[httpx.Client]:
    """The service in a process of its own."""
    settings = {
        "GRADARENA_DATABASE": url,
        "GRADARENA_DATA": str(folder),
        "GRADARENA_BROKER": "filesystem://",
    }
    command = [sys.executable, "-m", "service.cli", "serve", "--port", "8765"]
    with subprocess.Popen(
        command, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        with httpx.Client(base_url="http://127.0.0.1:8765", timeout=60) as client:
            while True:
                try:
                    client.get("/health/live")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            client.get("/v1/leaderboards")
            wait_until_idle(psutil.Process(server.pid))
            yield client
        server.terminate()


def wait_until_idle(process: psutil.Process) -> None:
    """The service works ahead for a moment after its start; nothing here is to wait for that."""
    before, spent = None, process.cpu_times()
    while spent != before:
        time.sleep(4)
        before, spent = spent, process.cpu_times()


def timed(
    client: httpx.Client, requests: Iterable[tuple[str, dict[str, str]]], status: int
) -> list[float]:
    """Milliseconds of each."""
    times = []
    for path, headers in requests:
        start = time.perf_counter()
        answer = client.get(path, headers=headers)
        times.append(1e3 * (time.perf_counter() - start))
        assert answer.status_code == status, answer.text[:500]
    return times


def print_times(what: str, times: list[float]) -> None:
    p50, p99 = np.quantile(times, (0.5, 0.99))
    print(f"{what:34} p50 {p50:7.1f} ms, p99 {p99:7.1f} ms, {len(times)} requests", flush=True)


def ask(client: httpx.Client, ids: list[str]) -> None:
    boards = [f"/v1/leaderboards/{one}" for one in ids]
    # a threshold of one's own, so that no board is one that the service had worked out ahead
    cold = [(f"{path}?threshold=0.01", {}) for path in boards]
    print_times("board, cold", timed(client, cold, 200))
    cold = [(f"{path}?axis=evals&threshold=0.01", {}) for path in boards[:30]]
    print_times("board of evaluations, cold", timed(client, cold, 200))
    tag = {"If-None-Match": client.get(boards[0]).headers["ETag"]}
    print_times("board, not modified", timed(client, [(boards[0], tag)] * 300, 304))
    jobs = client.get("/v1/jobs", params={"limit": 100}).json()["data"]
    path = "series?names=bound/test&max_points=500&limit=50"
    print_times(
        "series of 50 runs",
        timed(client, [(f"/v1/jobs/{job['id']}/{path}", {}) for job in jobs], 200),
    )
    print_times("list of benchmarks", timed(client, [("/v1/leaderboards", {})] * 5, 200))


def main(database: str, runs: int) -> None:
    with tempfile.TemporaryDirectory(prefix="boards") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Postgres(folder / "pg") if database == "postgresql" else None
        url = server.url if server else f"sqlite:///{folder}/arena.db"
        schema.upgrade_schema(url)
        engine = open_engine(url)
        start = time.perf_counter()
        ids = fill(engine, runs)
        points = runs * POINTS
        print(
            f"{database}: {runs:,} runs, {points:.3g} points, filled in "
            f"{time.perf_counter() - start:.0f} s"
        )
        print(f"{size(engine) / points:.1f} bytes a point", flush=True)
        for client in served(url, folder):
            ask(client, ids)
        engine.dispose()
        if server:
            server.stop()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
