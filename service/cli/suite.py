"""A paper's tables: ``suite run``, ``suite probe``, ``suite submit`` and ``suite report``.

What trains wants torch, so it is passed on to ``python -m estimators suite``.
"""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from estimators.specs.suites import SUITES, Scale

from .options import BAD_INPUT, URL, AsJson, Key, Url, err, print_json, service, stop

if TYPE_CHECKING:
    from service.suites.shapes import Report

suite = typer.Typer(
    no_args_is_help=True, help="A paper's tables: run its cells, and report ours beside them."
)
Name = Annotated[str, typer.Argument(help=f"Which: {', '.join(SUITES)}.")]
Scaled = Annotated[
    Scale,
    typer.Option(help="digits: minutes, nothing to download; quick: an hour on MNIST; full: the paper's."),
]
Pattern = Annotated[str, typer.Option(metavar="PATTERN", help="Only cells whose id fits.")]
Results = Annotated[Path, typer.Option(help="The folder where what was trained is kept.")]
Pictures = Annotated[
    Path | None, typer.Option(help="Write pictures there; Markdown that stands beside it shows them.")
]
Form = Annotated[Literal["text", "json", "md"], typer.Option("--format", help="Of what is printed.")]


@suite.command()
def run(
    name: Name,
    scale: Scaled = "digits",
    cells: Pattern = "*",
    results: Results = Path("results"),
    steps: Annotated[int | None, typer.Option(min=1, help="Other than the scale's.")] = None,
    seeds: Annotated[int | None, typer.Option(min=1, help="How many, from 0 on.")] = None,
    rates: Annotated[str | None, typer.Option(help="Learning rates, with commas between.")] = None,
) -> None:
    """Train the cells that are not kept yet, one by one, and print the report."""
    options = {
        "scale": scale,
        "cells": cells,
        "results": results,
        "steps": steps,
        "seeds": seeds,
        "rates": rates,
    }
    passed_on("run", known(name), options)
    report(name, scale, cells, results)


@suite.command()
def submit(
    name: Name,
    scale: Scaled = "digits",
    cells: Pattern = "*",
    steps: Annotated[int | None, typer.Option(min=1, help="Other than the scale's.")] = None,
    seeds: Annotated[int | None, typer.Option(min=1, max=20, help="How many, from 0 on.")] = None,
    rates: Annotated[str | None, typer.Option(help="Learning rates, with commas between.")] = None,
    priority: Annotated[int, typer.Option(min=-100, max=100, help="Higher goes first.")] = 0,
    queue: Annotated[Literal["cpu", "gpu"], typer.Option(help="Who trains.")] = "cpu",
    url: Url = URL,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Submit a job for each cell; report --jobs prints what they have come to."""
    body = {"scale": scale, "cells": cells, "priority": priority, "queue": queue, "steps": steps}
    body |= {"seeds": list(range(seeds)) if seeds else None, "rates": numbers(rates) if rates else None}
    with service(url, key) as client:
        made = client.submit_suite(name, {field: value for field, value in body.items() if value is not None})
    if as_json:
        return print_json(made)
    for one in made["data"]:
        print(one["job"]["id"], one["cell"])
        if one["lacking"]:
            err.print(f"{one['cell']}: {one['lacking']}  Workers may have it.")
    for one in made["left_out"]:
        err.print(f"{one['cell']} is left out: {one['reason']}")


def numbers(text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        stop(f"{text} is no list of numbers.", BAD_INPUT)


@suite.command()
def probe(
    name: Name,
    scale: Scaled = "digits",
    rows: Annotated[str, typer.Option(metavar="PATTERN", help="Only rows whose id fits.")] = "*",
    at: Annotated[str | None, typer.Option(help="Steps at which to measure, with commas between.")] = None,
    results: Results = Path("results"),
) -> None:
    """Measure variance and bias of a row's estimators along its trajectory; the report shows them."""
    passed_on("probe", known(name), {"scale": scale, "rows": rows, "at": at, "results": results})


def passed_on(command: str, name: str, options: dict[str, object]) -> None:
    """To the library.  Ends where it fails."""
    said = [f"--{key}={value}" for key, value in options.items() if value is not None]
    words = [sys.executable, "-m", "estimators", "suite", command, name, *said]
    if code := subprocess.run(words).returncode:
        raise typer.Exit(code)


def known(name: str) -> str:
    if name not in SUITES:
        stop(f"There is no suite {name}.  Known: {', '.join(SUITES)}.", BAD_INPUT)
    return name


@suite.command()
def report(
    name: Name,
    scale: Scaled = "digits",
    cells: Pattern = "*",
    results: Results = Path("results"),
    pictures: Pictures = None,
    form: Form = "text",
    as_json: AsJson = False,
    jobs: Annotated[bool, typer.Option("--jobs", help="Of the service's jobs, not of a folder.")] = False,
    url: Url = URL,
    key: Key = None,
) -> None:
    """Print the paper's tables with ours beside them."""
    if jobs:
        found = asked(name, scale, cells, url, key)
    else:
        from service.suites.report import of_folder

        found = of_folder(known(name), scale, results, cells)
    written(found, "json" if as_json else form, drawn(found, pictures) if pictures else {})


def asked(name: str, scale: Scale, cells: str, url: str, key: str | None) -> "Report":
    """From the service."""
    from service.suites.shapes import Report

    with service(url, key) as client:
        return Report.model_validate(client.suite_report(name, scale=scale, cells=cells, curves=True))


def drawn(found: "Report", folder: Path) -> dict[str, str]:
    """Writes pictures as SVG and PNG.  Title -> address from beside the folder."""
    try:
        from service.pictures import style, suites
    except ModuleNotFoundError as error:
        stop(f"Pictures want {error.name}: pip install 'gradarena[embedded]'.", BAD_INPUT)
    folder.mkdir(parents=True, exist_ok=True)
    addresses = {}
    for name, title, picture in suites.draw(found):
        (folder / f"{name}.svg").write_bytes(style.svg(picture))
        (folder / f"{name}.png").write_bytes(style.png(picture))
        addresses[title] = f"{folder.name}/{name}.svg"
    return addresses


def written(found: "Report", form: str, pictures: dict[str, str]) -> None:
    from service.suites.markdown import markdown
    from service.suites.text import text

    if form == "json":
        print(found.model_dump_json(indent=1))
    else:
        print(markdown(found, pictures) if form == "md" else text(found), end="")
