"""Boards beyond the table: ``board verify``, ``board compare`` and ``publish``.

What computes is imported where it is used: numpy would double the start of every command.
"""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from analysis.boards.shapes import Board
from analysis.records.phrases import count_text
from service.client import Client

from .claims import read_claim_board, read_ledgers, verify_claims
from .export import Folder
from .options import (
    BAD_INPUT,
    FAILED,
    URL,
    AsJson,
    Key,
    Url,
    out,
    print_json,
    print_some,
    service,
    stop,
)

if TYPE_CHECKING:
    from analysis.pages.site import Benchmark
    from analysis.records.runs import RunRecord

Id = Annotated[str, typer.Argument(help="Its identifier, as leaderboard lists it.")]
board = typer.Typer(no_args_is_help=True, help="Verify a board, or compare two estimators of one.")


@board.command()
def verify(
    board: Annotated[Path, typer.Argument(help="A board as JSON.", exists=True, dir_okay=False)],
    runs: Annotated[
        Path | None,
        typer.Argument(
            help="Its runs, as export wrote them; of a registered benchmark its ledger.  Without "
            "a file the service is asked.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    ask: Annotated[
        bool,
        typer.Option(
            "--ask", help="Ask the service too whether it has the same ledger as the file."
        ),
    ] = False,
    url: Url = URL,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Compute a board again from its runs, of a file with no service; it ends with 1 where they
    disagree."""
    text = board.read_bytes()
    asked = service(url, key) if ask or runs is None else nullcontext()
    with asked as client:
        if claims := read_claim_board(text):
            ledgers = read_ledgers(claims.benchmark, runs, client)
            return verify_claims(claims, ledgers, as_json)
        try:
            claimed = Board.model_validate_json(text)
        except ValidationError as error:
            stop(f"{board} is not a board: {error.errors()[0]['msg']}.", BAD_INPUT)
        verify_exploratory(claimed, _load_runs(claimed, runs, client), as_json)


def verify_exploratory(claimed: Board, runs: "list[RunRecord]", as_json: bool) -> None:
    """It ends with 1 where something is wrong."""
    from analysis.boards.verify import verify_board

    differences = verify_board(claimed, runs)
    if as_json:
        print_json(differences.model_dump())
    else:
        out.print(f"{len(claimed.scored_runs):,} runs, {len(claimed.rows)} estimators: ", end="")
        out.print(
            "the board agrees with its runs."
            if differences.agrees
            else "the board does not agree with its runs."
        )
        lines = [f"run {run} is missing" for run in differences.missing]
        lines += [f"run {run} is left out" for run in differences.left_out]
        lines += differences.differences
        print_some(lines)
    raise typer.Exit(0 if differences.agrees else FAILED)


def _load_runs(board: Board, path: Path | None, client: Client | None) -> "list[RunRecord]":
    """Of a file, or of the service where there is none."""
    from analysis.records.runs import load_runs

    try:
        if path is None:
            return load_runs(client.lines(board.benchmark_id) if client else ())
        with path.open(encoding="utf-8") as lines:
            return load_runs(lines)
    except ValueError as error:
        stop(f"{path}: {error}", BAD_INPUT)


@board.command()
def compare(
    benchmark: Id,
    a: Annotated[str, typer.Argument(help="An estimator's label or cell.")],
    b: Annotated[str, typer.Argument(help="Another's.")],
    axis: Annotated[
        str, typer.Option("--axis", help="What is equal: steps, evals or seconds; or reach.")
    ] = "steps",
    url: Url = URL,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Compare two estimators seed by seed."""
    with service(url, key) as client:
        comparison = client.compare(benchmark, a, b, axis=axis)
    if as_json:
        return print_json(comparison)
    for seed in comparison["seeds"]:
        out.print(f"seed {seed['seed']:>4}  {seed['a']:12.5g} {seed['b']:12.5g}", highlight=False)
    for sentence in comparison["verdict"]:
        out.print(f"- {sentence}", markup=False, highlight=False)


def publish(folder: Folder, url: Url = URL, key: Key = None) -> None:
    """Write boards, pairs and pictures as pages that need no server."""
    try:
        from analysis.pages.site import publish_site
    except ModuleNotFoundError as error:
        stop(f"Pictures want {error.name}: pip install 'gradarena[embedded]'.", BAD_INPUT)
    with service(url, key) as client:
        listed = client.leaderboards()
        site_benchmarks = (_site_benchmark(client, one["benchmark_id"]) for one in listed)
        publish_site(folder, site_benchmarks)
    out.print(f"{folder / 'index.html'}: {count_text(len(listed), 'benchmark')}", highlight=False)


def _site_benchmark(client: Client, benchmark: str) -> "Benchmark":
    from analysis.pages.site import Benchmark
    from analysis.records.runs import load_runs

    board = Board.model_validate(client.leaderboard(benchmark))
    runs = load_runs(client.lines(benchmark))
    return Benchmark(runs, benchmark, board.definition, board.refused, board.plugins)
