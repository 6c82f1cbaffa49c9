"""What lists, boards and pages take where a database holds a million runs, and by which plans.

    python -m benchmarks.many_runs sqlite|postgresql [--runs 1000000] [--plans]

Benchmarks of 20 estimators at 50 seeds, as `benchmarks.store_boards` makes them; one in a hundred
has its series, the others the last value of their bound alone.  Every request goes through the
application in this process; with --plans, each of its statements is printed with how the database
goes about it, where it takes more than 20 ms.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event, text

from benchmarks.store_boards import ESTIMATORS, SEEDS, benchmark, pour, size
from service.api.app import create_app
from service.config import Settings
from service.store import schema
from service.store.base import open_engine
from tests.servers import Postgres

WITH_SERIES = 100
# milliseconds from which a statement's plan is printed
SLOW = 20.0
Statements = list[tuple[float, str, Any]]


def fill(engine: Engine, runs: int) -> list[str]:
    """The benchmarks that have series."""
    generator, ids = np.random.default_rng(0), []
    for number in range(runs // (ESTIMATORS * SEEDS)):
        rows = benchmark(number, generator, series=number % WITH_SERIES == 0)
        pour(engine, rows)
        ids += [] if number % WITH_SERIES else [rows["benchmarks"][0][0]]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return ids


@contextmanager
def watched(engine: Engine) -> Iterator[Statements]:
    """Milliseconds, text and parameters of each statement."""
    statements: Statements = []
    began: dict[int, float] = {}

    def before(connection: Any, cursor: Any, *_: Any) -> None:
        began[id(cursor)] = time.perf_counter()

    def after(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        # the service warms up beside: what it began before is not ours
        if (start := began.pop(id(cursor), None)) is not None:
            statements.append((1e3 * (time.perf_counter() - start), statement, parameters))

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    yield statements
    event.remove(engine, "before_cursor_execute", before)
    event.remove(engine, "after_cursor_execute", after)


def plan_text(engine: Engine, statement: str, parameters: Any) -> str:
    sqlite = engine.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
    with engine.connect() as connection:
        lines = connection.exec_driver_sql(explain + statement, parameters).all()
    return "\n".join(f"      {line[-1]}" for line in lines)


def ask(client: TestClient, engine: Engine, path: str, plans: bool) -> None:
    """Thrice: the first time, and the better of the others."""
    times = []
    for _ in range(3):
        with watched(engine) as statements:
            start = time.perf_counter()
            answer = client.get(path)
            times.append(1e3 * (time.perf_counter() - start))
        assert answer.status_code == 200, answer.text[:500]
    spent = sum(lasted for lasted, *_ in statements)
    print(
        f"{path[:60]:60} {times[0]:8.0f} ms, then {min(times[1:]):8.0f} ms, "
        f"{len(statements)} statements, {spent:.0f} ms of them",
        flush=True,
    )
    for lasted, statement, parameters in statements if plans else ():
        if lasted >= SLOW:
            print(f"    {lasted:.0f} ms: {' '.join(statement.split())[:400]}")
            print(plan_text(engine, statement, parameters), flush=True)


def paths(ids: list[str], job: str) -> list[str]:
    """What people look at."""
    board = f"/v1/leaderboards/{ids[0]}"
    return [
        "/v1/jobs?limit=100",
        "/v1/jobs?limit=100&state=running",
        "/v1/jobs?limit=100&state=failed",
        "/v1/jobs?limit=100&estimator=reinforce_loo",
        f"/v1/jobs?limit=100&benchmark_id={ids[-1]}",
        f"/v1/jobs/{job}",
        f"/v1/jobs/{job}/runs",
        "/v1/leaderboards",
        board,
        "/metrics",
        "/",
        f"/jobs/{job}",
        f"/boards/{ids[0]}",
        "/fleet",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", choices=["sqlite", "postgresql"])
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--plans", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="runs") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Postgres(folder / "pg") if options.database == "postgresql" else None
        url = server.url if server else f"sqlite:///{folder}/arena.db"
        schema.upgrade_schema(url)
        engine, start = open_engine(url), time.perf_counter()
        ids = fill(engine, options.runs)
        lasted = time.perf_counter() - start
        print(f"{options.database}: {options.runs:,} runs in {lasted:.0f} s, ", end="")
        print(f"{size(engine) / 2**30:.2f} GiB", flush=True)
        app = create_app(Settings(database=url, data=folder, broker="filesystem://"))
        with TestClient(app, base_url="http://127.0.0.1") as client:
            job = client.get("/v1/jobs?limit=1").json()["data"][0]["id"]
            for path in paths(ids, job):
                ask(client, app.state.engine, path, options.plans)
        engine.dispose()
        if server:
            server.stop()


if __name__ == "__main__":
    main()
