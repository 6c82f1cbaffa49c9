"""How heavy a board of a hundred rows is, and how long it takes: python -m benchmarks.pages.

On the loopback, of a store of its own: seconds of the first load and of the next ones, bytes as
they go over the wire, and of a job of ten thousand runs what its first page weighs.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from threading import Thread
from time import perf_counter, process_time, sleep

import httpx
import uvicorn

from service.api import leaderboards
from service.api.app import create_app
from service.api.warming import REST
from service.config import Settings
from service.store.base import session_factory
from service.store.models import Base
from tests.boards.stored import put
from tests.boards.world import run

ROWS, SEEDS, TIMES = 100, 5, 9
RATES = [0.1 * n for n in range(1, 11)]
BIG = {
    "model": {"name": "toy"},
    "estimator": {"name": "reinforce_loo"},
    "dataset": {"name": "nothing"},
    "training": {"learning_rate": RATES},
    "seeds": list(range(1000)),
}


@contextmanager
def service(folder: Path) -> Iterator[tuple[httpx.Client, str]]:
    """A client of a service with the board, and the board's benchmark."""
    app = create_app(Settings(database=f"sqlite:///{folder}/arena.db", data=folder))
    Base.metadata.create_all(app.state.engine)
    with session_factory(app.state.engine).begin() as session:
        benchmark = put(session, hundred_rows())
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        sleep(0.01)
    # A service that has stood for a moment has loaded what it wants.
    sleep(3 * REST)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600) as client:
        client.get("/health/ready")
        try:
            yield client, benchmark
        finally:
            server.should_exit = True
            thread.join()


def hundred_rows() -> list:
    """Cells of one estimator, each with another setting and another end."""
    return [
        run("muprop", {"tuning_rate": 0.01 * row}, seed=seed, end=9 + 0.05 * row)
        for row in range(1, ROWS + 1)
        for seed in range(SEEDS)
    ]


def weigh(client: httpx.Client, name: str, address: str) -> None:
    """Nine loads, the first apart."""
    times, spent = [], []
    for _ in range(TIMES):
        start, before = perf_counter(), process_time()
        with client.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
            size = sum(map(len, answer.iter_raw()))
        times.append(perf_counter() - start)
        spent.append(process_time() - before)
        assert answer.status_code == 200, address
    print(
        f"{name:>28}: {size:,} bytes; first {times[0]:.3f} s ({spent[0]:.3f} of a "
        f"core), then {median(times[1:]):.3f} s ({median(spent[1:]):.3f} of a core)"
    )


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        service(Path(folder)) as (client, benchmark),
    ):
        weigh(client, "board, service just started", f"/boards/{benchmark}")
        leaderboards.BOARDS.clear()
        for axis in ("steps", "evals", "seconds", "reach"):
            weigh(client, f"{axis}, runs just changed", f"/boards/{benchmark}?axis={axis}")
        weigh(client, "home", "/")
        weigh(client, "openapi.json", "/openapi.json")
        job = client.post("/v1/jobs", json=BIG)
        weigh(client, "job of 10,000 runs", f"/jobs/{job.json()['id']}")


if __name__ == "__main__":
    main()
