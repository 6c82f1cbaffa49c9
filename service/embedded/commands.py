"""The commands ``up`` (the whole service here, until it is told to stop) and ``serve`` (the API
alone)."""

import gc
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Annotated

import typer
from rich.console import Console

from analysis.records.phrases import count_text
from service.config import Settings, settings
from service.logs import set_up_logging

from .arena import Arena, InUse

PORT = 8642
# where commands look if nobody says otherwise
USUAL = f"http://127.0.0.1:{PORT}"
SMALLEST = (
    '{"model": {"name": "structured_prediction"}, "estimator": {"name": "muprop"}, '
    '"dataset": {"name": "digits"}}'
)
console = Console(stderr=True)
Workers = Annotated[
    int | None,
    typer.Option(
        min=1, help="Worker processes; one a core if not said.", envvar="GRADARENA_WORKERS"
    ),
]


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP are a Ctrl-C: all of them unwind, and what was started is stopped."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = {
        number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def up(
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of database, checkpoints and logs; GRADARENA_DATA if not said."),
    ] = None,
    port: Annotated[
        int, typer.Option(help="Of the API, on the loopback; 0 takes a free one.")
    ] = PORT,
    workers: Workers = None,
    lease: Annotated[
        float, typer.Option(help="Seconds that a silent worker keeps its work.")
    ] = 30.0,
) -> None:
    """Run the whole service on this machine until Ctrl-C or SIGTERM."""
    try:
        with stopped_by_signals(), Arena(data or settings().data, port, workers, lease) as arena:
            print(_greeting_text(arena), flush=True)
            while True:
                arena.tend(console.print)
                time.sleep(0.5)
    except KeyboardInterrupt:
        console.print("Stopped.")
    except (InUse, RuntimeError, OSError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from None


def _greeting_text(arena: Arena) -> str:
    command = "gradarena" if which("gradarena") else sys.argv[0]
    address = "" if arena.url == USUAL else f"  export GRADARENA_URL={arena.url}\n"
    return f"""Gradient Arena is at {arena.url}/ : open it in a browser; its data in {arena.data}.
Or, in another terminal:

{address}  {command} enter digits-belief-net-1 muprop --set signal.normalise=true --watch
  {command} submit --estimator muprop --watch
  curl -s {arena.url}/v1/jobs -H 'Content-Type: application/json' -d '{SMALLEST}'

Ctrl-C stops it.  {count_text(arena.workers, "worker")}."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = PORT,
) -> None:
    """Run the API alone; GRADARENA_DATABASE and GRADARENA_BROKER say where the rest is."""
    configuration, loopback = settings(), host in ("127.0.0.1", "::1", "localhost")
    if not (loopback or configuration.asks_keys or configuration.trust_network):
        console.print(
            f"[red]No keys are set, so the API does not listen on {host}: anybody could "
            f"submit.[/red]"
        )
        console.print("Listen on 127.0.0.1, name a file of keys in GRADARENA_API_KEYS_FILE, or set")
        console.print("GRADARENA_TRUST_NETWORK=1 where only you reach that address.")
        raise typer.Exit(2)
    set_up_logging(configuration.logs)
    serve_api(configuration, host, port)


def serve_api(configuration: Settings, host: str, port: int) -> None:
    """Until it is told to stop.  Ends the command where keys or rates cannot be read."""
    import uvicorn

    from service.api.connections import patient_protocol, raise_file_limit
    from service.store import schema

    raise_file_limit(configuration.connections)
    # read as numpy is loaded: its threads wait for each other at the cost of a core
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        from service.api.app import app

        schema.check_known(app.state.engine)
    except (ValueError, schema.TooNew) as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(2) from None
    gc.collect()
    # what is loaded stays: looking it over again held a request up for 100 ms now and then
    gc.freeze()
    uvicorn.run(
        app,
        host=host,
        port=port,
        http=patient_protocol(configuration.connections),
        log_config=None,
        # requests.RequestIds logs them, with what they are of
        access_log=False,
        forwarded_allow_ips=configuration.proxies or "127.0.0.1",
        server_header=False,
        timeout_graceful_shutdown=5,
    )
