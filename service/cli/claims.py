"""The board of a registered benchmark: ``claims``, and what ``board verify`` does for it."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from analysis.ledger.shapes import ClaimBoard, Ledger
from analysis.records.phrases import count_text
from analysis.tables.terminal import claim_table
from service.client import Client

from .benchmarks import Name
from .options import (
    BAD_INPUT,
    FAILED,
    URL,
    AsJson,
    BoardForm,
    Key,
    Url,
    out,
    print_json,
    print_some,
    service,
    stop,
)

Named = tuple[str, Ledger]  # whose it is, and the ledger


def claims_command(
    name: Name,
    ledger: Annotated[
        bool, typer.Option("--ledger", help="Print the whole ledger as JSON in its place.")
    ] = False,
    axis: Annotated[
        str, typer.Option(help="What is equal: steps, evals or seconds; or reach.")
    ] = "steps",
    spend: Annotated[str, typer.Option(help="What a reach board counts.")] = "steps",
    margin: Annotated[
        float | None, typer.Option(help="Also say which pairs differ by less than this.")
    ] = None,
    code: Annotated[
        str | None, typer.Option(help="That trained what is ranked; that of most entries.")
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(
            help="Its class; that of most entries.  any: all kinds, at equal steps or evaluations."
        ),
    ] = None,
    form: BoardForm = "table",
    url: Url = URL,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Print who is better on a registered benchmark, and what has no rank and why."""
    with service(url, key) as client:
        asked = {"axis": axis, "spend": spend, "margin": margin, "code": code, "device": device}
        if form not in ("table", "json") and not ledger:
            sys.stdout.buffer.write(client.claims_file(name, form, **asked))
            return
        said = client.ledger(name) if ledger else client.claims(name, **asked)
    if ledger or as_json or form == "json":
        return print_json(said)
    if said["shipped"]:
        out.print("These results came with the package.", style="dim")
    out.print(claim_table(ClaimBoard.model_validate(said), out.width))


def read_claim_board(text: bytes) -> ClaimBoard | None:
    """The board of a registered benchmark; None where the text is none."""
    try:
        return ClaimBoard.model_validate_json(text)
    except ValidationError:
        return None


def verify_claims(board: ClaimBoard, ledgers: Iterable[Named], as_json: bool) -> None:
    """Against the first ledger, which the others that are held of the benchmark should equal; it
    ends with 1 where something is wrong."""
    from analysis.ledger.bundles import shipped_twin
    from analysis.ledger.changes import ledger_changes
    from analysis.ledger.verify import ledger_faults

    (_, complete), *others = ledgers
    faults = ledger_faults(board, complete)
    for name, other in others:
        faults[:0] = ledger_changes(complete, other, name)
    if twin := shipped_twin(complete):
        faults[:0] = ledger_changes(*twin, "the ledger that this package ships")
    if as_json:
        print_json({"agrees": not faults, "faults": faults})
    else:
        count = count_text(len(complete.entries), "entry", "entries")
        out.print(f"{count}: the board ", end="")
        out.print("agrees with its ledger." if not faults else "does not agree with its ledger.")
        print_some(faults)
    raise typer.Exit(FAILED if faults else 0)


def read_ledgers(benchmark: str, path: Path | None, client: Client | None) -> Iterator[Named]:
    """Of a file, and of a service: whichever there is, the file first."""
    if path:
        yield str(path), _read_ledger(path)
    if client:
        yield "the ledger of the service", Ledger.model_validate(client.ledger(benchmark))


def _read_ledger(path: Path) -> Ledger:
    from analysis.ledger.bundles import read_ledger_file

    try:
        return read_ledger_file(path)
    except (ValidationError, OSError) as error:
        said = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
        stop(f"{path} is not a ledger: {said}.", BAD_INPUT)
