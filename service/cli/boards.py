"""The command ``leaderboard``."""

import sys
from typing import Annotated, Literal

import typer
from rich.table import Table

from analysis.boards.shapes import Board
from analysis.records.readings import Spend
from analysis.tables.terminal import board_table
from service.client import Json

from .options import URL, AsJson, BoardForm, Key, Url, out, print_json, service
from .tables import Cell, named_cell, text_table

Benchmark = Annotated[
    str | None, typer.Argument(help="Its identifier; without one, the benchmarks are listed.")
]


def leaderboard(
    benchmark: Benchmark = None,
    axis: Annotated[
        Literal["steps", "evals", "seconds", "reach"],
        typer.Option(help="What is equal: steps, evals or seconds; or reach."),
    ] = "steps",
    metric: Annotated[str, typer.Option(help="What is compared.")] = "bound/test",
    budget: Annotated[
        float | None, typer.Option(help="In the board's unit; all of it if not said.")
    ] = None,
    target: Annotated[
        float | None, typer.Option(help="Of --axis reach: the bound to arrive at.")
    ] = None,
    spend: Annotated[
        Spend, typer.Option(help="Of --axis reach: what is counted until then.")
    ] = "steps",
    form: BoardForm = "table",
    url: Url = URL,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Show which estimator is better, and what cannot be told; where there is one benchmark, that
    one."""
    with service(url, key) as client:
        listed = [] if benchmark else client.leaderboards()
        if benchmark is None and len(listed) == 1:
            benchmark = listed[0]["benchmark_id"]
        if benchmark is None:
            return print_json(listed) if as_json else _print_boards(listed)
        asked = {"axis": axis, "metric": metric, "budget": budget, "target": target, "spend": spend}
        if form not in ("table", "json"):
            sys.stdout.buffer.write(client.board_file(benchmark, form, **asked))
            return
        board = client.leaderboard(benchmark, **asked)
    if as_json or form == "json":
        return print_json(board)
    out.print(board_table(Board.model_validate(board), out.width))


def _print_boards(boards: list[Json]) -> None:
    out.print(boards_table(boards))
    out.print("runs: that succeeded, of all", style="dim")


def boards_table(boards: list[Json]) -> Table:
    """Two lines for each benchmark."""
    titles = ("benchmark", "steps", "estimators", "runs")
    return text_table(titles, map(_board_row, boards), whole=titles[1:])


def _board_row(board: Json) -> list[Cell]:
    about = board["definition"]
    names = ", ".join(about[part]["name"] for part in ("model", "dataset"))
    runs = f"{board['succeeded']:,} of {board['runs']:,}"
    steps = f"{about['training']['steps']:,}"
    return [named_cell(board["benchmark_id"], names), steps, str(board["estimators"]), runs]
