"""The demo from start to end: service, jobs over HTTP, progress, board, toy, pictures; then all
stops."""

import json
import secrets
import shutil
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from analysis.boards.shapes import Board
from analysis.records.labels import estimator_label
from analysis.tables.terminal import board_table
from service.client import Client, Json, Refused, ServiceAway
from service.embedded.arena import Arena
from service.embedded.commands import Workers, stopped_by_signals

from . import toy
from .plan import demo_experiments
from .progress import failed_labels, watch_jobs

console = Console(width=None if sys.stdout.isatty() else 120)
CURVE = "bound/validation"  # the series that is drawn


def demo(
    out: Annotated[Path, typer.Option(help="Folder for board, series and pictures.")] = Path(
        "demo"
    ),
    steps: Annotated[
        int | None,
        typer.Option(
            min=10,
            help="Of each run; by default the benchmark's own.",
            envvar="GRADARENA_DEMO_STEPS",
        ),
    ] = None,
    seeds: Annotated[
        int,
        typer.Option(min=1, help="Of each setting.", envvar="GRADARENA_DEMO_SEEDS"),
    ] = 5,
    grid: Annotated[
        bool, typer.Option("--grid", help="Choose the learning rates here, on validation.")
    ] = False,
    workers: Workers = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the board as JSON, and nothing else.")
    ] = False,
) -> None:
    """The whole service on a real benchmark: seven estimators, a board and pictures."""
    console.quiet = as_json
    if find_spec("matplotlib") is None:
        raise typer.BadParameter(
            "The demo draws with matplotlib: pip install 'gradarena[embedded]'."
        )
    # named before it is there, so that no Ctrl-C falls between the folder and who removes it
    data = Path(tempfile.gettempdir(), f"gradarena-demo-{secrets.token_hex(8)}")
    try:
        data.mkdir(mode=0o700)
        with (
            stopped_by_signals(),
            Arena(data, workers=workers) as arena,
            Client(arena.url) as client,
        ):
            board = _benchmark(arena, client, demo_experiments(steps, seeds, grid), out)
        if as_json:
            print(json.dumps(board))
    except KeyboardInterrupt:
        console.print("Stopped; nothing is left running, and nothing was kept.")
        raise typer.Exit(130) from None
    except (Refused, ServiceAway, RuntimeError) as error:
        Console(stderr=True).print(f"[red]{error}[/red]")
        raise typer.Exit(1) from None
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _benchmark(arena: Arena, client: Client, specs: list[Json], out: Path) -> Json:
    """Everything between start and stop; the board."""
    from .pictures import draw_pictures  # matplotlib: other commands run without it

    console.print(
        f"The service is up at {arena.url}, with {arena.workers} workers.  Jobs go there over "
        f"HTTP.\n"
    )
    began = time.monotonic()
    jobs = {estimator_label(spec["estimator"]): client.submit(spec) for spec in specs}
    ended = watch_jobs(client, jobs, console)
    if lost := failed_labels(ended):
        raise RuntimeError(f"These jobs did not succeed: {', '.join(lost)}.  See {arena.logs}.")
    console.print(_training_summary(specs, time.monotonic() - began))
    board = client.leaderboard(next(iter(jobs.values()))["benchmark_id"])
    console.print(board_table(Board.model_validate(board), console.width))
    rows = toy.toy_rows()
    console.print(toy.toy_table(rows))
    series = {name: list(client.series(job["id"], CURVE)) for name, job in jobs.items()}
    _write_answers(out, {"board.json": board, "toy.json": rows, "series.json": series})
    for picture in draw_pictures(out, Board.model_validate(board), series, CURVE):
        console.print(f"Wrote {picture}")
    return board


def _training_summary(specs: list[Json], seconds: float) -> str:
    steps = specs[0]["training"]["steps"]
    runs = [len(spec["seeds"]) * _settings(spec) for spec in specs]
    return (
        f"\nTrained {sum(runs)} runs of {steps:,} steps, {len(specs)} estimators, in "
        f"{seconds:.0f} s.\n"
    )


def _settings(spec: Json) -> int:
    rates = spec["training"]["learning_rate"]
    return len(rates) if isinstance(rates, list) else 1


def _write_answers(out: Path, answers: dict[str, Any]) -> None:
    """Each file whole or not at all."""
    out.mkdir(parents=True, exist_ok=True)
    for name, answer in answers.items():
        half = out / f".{name}"
        half.write_text(json.dumps(answer, indent=1))
        half.replace(out / name)
        console.print(f"Wrote {out / name}")
