"""Registered benchmarks: ``benchmarks``, ``enter``, ``entries`` and ``withdraw``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from analysis.tables.terminal import claim_table
from service.client import Json

from . import flags
from .jobs import read_spec
from .options import BAD_INPUT, URL, AsJson, Key, Url, err, out, print_json, service, stop
from .tables import text_table

Name = Annotated[str, typer.Argument(help="Of a benchmark: name, or name@version.")]


def benchmarks_command(
    every: Annotated[bool, typer.Option("--all", help="Older versions too.")] = False,
    url: Url = URL,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """List registered benchmarks, each in its newest version."""
    with service(url, key) as client:
        listed = client.benchmarks()
    if not every:
        # the service lists versions in order
        listed = list({one["name"]: one for one in listed}.values())
    if as_json:
        return print_json(listed)
    for one in listed:
        out.print(Text.assemble((one["id"], "bold"), f"  {one['title']}"), soft_wrap=True)


def enter_command(
    name: Name,
    estimator: Annotated[
        str | None,
        typer.Argument(
            help="Its name, or a JSON file with it, alone or beside its tuning; - is standard "
            "input."
        ),
    ] = None,
    named: Annotated[
        str | None, typer.Option("--estimator", help="Its name, as submit takes it.")
    ] = None,
    settings: flags.Settings = None,
    all_of_them: Annotated[
        bool, typer.Option("--all", help="Every built-in estimator that serves, at its defaults.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Wait until each is ranked, and print the board.")
    ] = False,
    url: Url = URL,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Enter an estimator for a benchmark: it is tuned, confirmed and ranked by itself."""
    estimator = estimator or named
    if all_of_them == (estimator is not None):
        stop("Name an estimator, a file with one, or --all.", BAD_INPUT)
    with service(url, key) as client:
        about = client.benchmark(name)
        bodies = [_entrant(estimator)] if estimator else _entrants(about)
        bodies = [flags.override(body, settings or [], None, None, None) for body in bodies]
        with client.through_restarts():
            entries = [client.enter(name, body) for body in bodies]
        for entry in entries:
            print_json(entry) if as_json else _print_entry(entry)
        if watch:
            ranked = [entry.wait(progress=not as_json) for entry in entries]
            board = client.claims(name)
            print_json(ranked) if as_json else out.print(claim_table(board.typed, out.width))


def _entrants(benchmark: Json) -> list[Json]:
    return [_entrant(name) for name in benchmark["entrants"]]


def _entrant(estimator: str) -> Json:
    """What is entered, by a file or by a name that no file has."""
    if estimator.isidentifier() and not Path(estimator).exists():
        return {"estimator": {"name": estimator}}
    body = read_spec(Path(estimator))
    return body if "estimator" in body else {"estimator": body}


def _print_entry(entry: Json) -> None:
    print(entry["id"], flush=True)
    again = ", which supersedes an earlier try" if entry["supersedes"] else ""
    err.print(f"{entry['label']} is entered for {entry['benchmark']}{again}.")
    # an older service has none
    for warning in entry.get("warnings", []):
        err.print(warning, style="yellow", markup=False)


def entries_command(
    name: Name,
    history: Annotated[bool, typer.Option("--history", help="Superseded ones too.")] = False,
    url: Url = URL,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """List who is entered for a benchmark, after what shipped, and where each entry is."""
    with service(url, key) as client:
        listed = client.entries(name, history)
    if as_json:
        return print_json(listed)
    titles = ("entry", "estimator", "from", "state", "rate", "reason")
    out.print(text_table(titles, map(_row, listed), whole=("entry", "from", "state")))


def _row(entry: Json) -> list[str]:
    rate = f"{entry['setting']['learning_rate']:g}" if entry["setting"] else ""
    origin = "shipped" if entry["shipped"] else "here"
    return [entry["id"], entry["label"], origin, entry["state"], rate, entry["reason"] or ""]


def withdraw_command(
    name: Name,
    entry: Annotated[str, typer.Argument(help="The identifier that enter printed.")],
    reason: Annotated[str, typer.Option(help="Told beside the entry, for ever.")],
    url: Url = URL,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Take an entry back; it stays in the ledger, with the reason."""
    with service(url, key) as client:
        done = client.withdraw(name, entry, reason)
    print_json(done) if as_json else print(f"{done['id']} is {done['state']}.")
