"""A paper's tables: ``suite run``, ``suite probe``, ``suite submit`` and ``suite report``.

What trains or measures here wants torch, so it is passed on to ``python -m estimators suite``.
"""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from service.client import Json

from .options import BAD_INPUT, URL, AsJson, Key, Url, err, print_json, service, stop
from .suite_report import Name, Pattern, Results, Scaled, gradients, known_suite, report

suite = typer.Typer(
    no_args_is_help=True, help="A paper's tables: run its cells, and report ours beside them."
)
suite.command()(report)
suite.command()(gradients)
Priority = Annotated[int, typer.Option(min=-100, max=100, help="Higher goes first.")]
Device = Annotated[
    Literal["cpu", "cuda"], typer.Option(help="What trains; cuda: a GPU, cells side by side.")
]
Queue = Annotated[Literal["cpu", "gpu"], typer.Option(help="Who trains, or measures.")]


@suite.command()
def run(
    name: Name,
    scale: Scaled = "digits",
    cells: Pattern = "*",
    results: Results = Path("results"),
    steps: Annotated[int | None, typer.Option(min=1, help="Other than the scale's.")] = None,
    seeds: Annotated[int | None, typer.Option(min=1, help="How many, from 0 on.")] = None,
    rates: Annotated[str | None, typer.Option(help="Learning rates, with commas between.")] = None,
    device: Device = "cpu",
) -> None:
    """Train the cells that are not kept yet, one by one, and print the report."""
    options = {
        "scale": scale,
        "cells": cells,
        "results": results,
        "steps": steps,
        "seeds": seeds,
        "rates": rates,
        "device": device,
    }
    run_library("run", known_suite(name), options)
    report(name, scale, cells, results)


@suite.command()
def settle(
    name: Name,
    scale: Scaled = "full",
    cells: Pattern = "*",
    results: Results = Path("results"),
    device: Device = "cpu",
) -> None:
    """Choose each cell's rate on a seed apart, train fresh seeds at it, and print the report."""
    options = {"scale": scale, "cells": cells, "results": results, "device": device}
    run_library("settle", known_suite(name), options)
    report(name, scale, cells, results)


@suite.command()
def submit(
    name: Name,
    scale: Scaled = "digits",
    cells: Pattern = "*",
    steps: Annotated[int | None, typer.Option(min=1, help="Other than the scale's.")] = None,
    seeds: Annotated[int | None, typer.Option(min=1, max=20, help="How many, from 0 on.")] = None,
    rates: Annotated[str | None, typer.Option(help="Learning rates, with commas between.")] = None,
    priority: Priority = 0,
    queue: Queue = "cpu",
    url: Url = URL,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Submit a job for each cell; report --jobs prints what they have come to."""
    body = {"scale": scale, "cells": cells, "priority": priority, "queue": queue, "steps": steps}
    body |= {
        "seeds": list(range(seeds)) if seeds else None,
        "rates": parse_numbers(rates) if rates else None,
    }
    with service(url, key) as client:
        made = client.submit_suite(
            name, {field: value for field, value in body.items() if value is not None}
        )
    if as_json:
        return print_json(made)
    for one in made["data"]:
        print_job(one, one["cell"])
    for one in made["left_out"]:
        err.print(f"{one['cell']} is left out: {one['reason']}")


def print_job(made: Json, what: str) -> None:
    """A job of a suite."""
    print(made["job"]["id"], what)
    if made["lacking"]:
        err.print(f"{what}: {made['lacking']}  Workers may have it.")


def parse_numbers(text: str, kind: type[int] | type[float] = float) -> list[int] | list[float]:
    try:
        return [kind(word) for word in text.split(",")]
    except ValueError:
        stop(f"{text} is no list of {'whole ' if kind is int else ''}numbers.", BAD_INPUT)


@suite.command()
def probe(
    name: Name,
    scale: Scaled = "digits",
    rows: Annotated[str, typer.Option(metavar="PATTERN", help="Only rows whose id fits.")] = "*",
    at: Annotated[
        str | None, typer.Option(help="Steps at which to measure, with commas between.")
    ] = None,
    results: Results = Path("results"),
    every: Annotated[
        bool, typer.Option("--every", help="Every estimator of the library; see suite gradients.")
    ] = False,
    submit: Annotated[bool, typer.Option("--submit", help="By the service, as jobs.")] = False,
    priority: Priority = 0,
    queue: Queue = "cpu",
    url: Url = URL,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Measure variance and bias of a row's estimators along its trajectory; the report
    shows them."""
    if not submit:
        options = {"scale": scale, "rows": rows, "at": at, "results": results}
        return run_library("probe", known_suite(name), options, ["--every"] if every else [])
    if every:
        stop(
            "Only what is measured here takes --every.  A probe of all estimators serves as a job.",
            BAD_INPUT,
        )
    body: Json = {"scale": scale, "rows": rows, "priority": priority, "queue": queue}
    with service(url, key) as client:
        made = client.submit_suite_probes(
            name, body | ({"at": parse_numbers(at, int)} if at else {})
        )
    if as_json:
        return print_json(made)
    for one in made["data"]:
        print_job(one, f"{one['row']} after {one['at']:,} steps")


def run_library(
    command: str, name: str, options: Mapping[str, object], flags: Sequence[str] = ()
) -> None:
    """To the library.  Ends where it fails."""
    values = [f"--{key}={value}" for key, value in options.items() if value is not None]
    words = [sys.executable, "-m", "estimators", "suite", command, name, *values, *flags]
    if code := subprocess.run(words).returncode:
        raise typer.Exit(code)
