"""The commands ``ship``: results of a benchmark as files that a package can carry, and whether code
gives them again."""

import time
from pathlib import Path
from typing import Annotated

import typer

from service.client import Client, Json
from service.client.results import OPEN

from .benchmarks import Name
from .confirm import confirm_command
from .options import FAILED, URL, Key, Url, err, out, service, stop

ship = typer.Typer(no_args_is_help=True, help="What ships: make it, and hold it to today's code.")
ship.command("confirm")(confirm_command)
WAIT = 5.0  # seconds between two looks


@ship.command("results")
def ship_results(
    name: Name,
    to: Annotated[Path, typer.Option(help="The folder that gets the ledger and the board.")],
    local: Annotated[
        bool,
        typer.Option("--own", help="Nothing but what was entered here: all are entered again."),
    ] = False,
    url: Url = URL,
    key: Key = None,
) -> None:
    """Enter every built-in estimator that is not entered yet, wait for all, write the results:
    those of this service, behind those that shipped.

    It may be stopped and started again at any time: what is entered stays so.
    """
    from analysis.ledger.bundles import write_bundle
    from analysis.ledger.joint import is_newer, joint_ledger, local_part, shipped_part
    from analysis.ledger.shapes import Ledger

    with service(url, key) as client:
        client.benchmark(name)
        with client.through_restarts():
            enter_missing(client, name, local)
            while waiting := [one for one in client.entries(name) if one["state"] in OPEN]:
                err.print(f"{len(waiting)} entries of {name} are on their way.")
                time.sleep(WAIT)
            ledger = Ledger.model_validate(client.ledger(name))
    if ledger.shipped:
        stop(f"{name} has no results but those that came with the package.", FAILED)
    before = None if local else shipped_part(ledger)
    ledger = joint_ledger(before, local_part(ledger), is_newer)
    board = write_bundle(to, ledger)
    out.print(f"{board.benchmark}: {len(board.rows)} of {len(ledger.entries)} entries are ranked.")


def enter_missing(client: Client, name: str, local: bool = False) -> list[Json]:
    """Those entered now: built-in estimators at their defaults whose current entry is not there, or
    failed; ``local``: among those of this service."""
    listed = client.entries(name, shipped=not local)
    current = [one for one in listed if one["state"] not in ("failed", "withdrawn")]
    there = {one["estimator"]["name"] for one in current}
    wanted = [one for one in client.benchmark(name)["entrants"] if one not in there]
    return [client.enter(name, {"estimator": {"name": one}}) for one in wanted]
