"""Boards in a terminal: columns come in by worth, while there is room."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from analysis.boards.shapes import Board
from analysis.ledger.shapes import ClaimBoard
from analysis.records.phrases import name_list
from analysis.tables.claim_columns import claim_columns
from analysis.tables.columns import Column, R, board_columns


def board_table(board: Board, width: int = 120) -> RenderableType:
    """The table, what its columns mean, which were left out, the verdict."""
    return _whole_board(board_columns(board), board.rows, board.verdict, width)


def claim_table(board: ClaimBoard, width: int = 120) -> RenderableType:
    """The same of a registered benchmark."""
    return _whole_board(claim_columns(board), board.rows, board.verdict, width)


def _whole_board(
    every: list[Column[R]], rows: Sequence[R], verdict: Sequence[str], width: int
) -> RenderableType:
    lines = [Text(f"- {one}") for one in verdict]
    if not rows:
        return Group(*lines)
    columns = _fitting_columns(every, rows, width)
    legend = Text(
        ".  ".join(column.legend for column in columns if column.legend) + ".", style="dim"
    )
    notes = Padding(Group(legend, *_missing_columns(every, columns)), (1, 0))
    return Group(_text_table(columns, rows, width), notes, *lines)


def _text_table(columns: list[Column[R]], rows: Sequence[R], width: int) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    spare = max(0, width - sum(_column_width(column, rows) for column in columns))
    for column in columns:
        most = _column_width(column, rows) - 2 + (spare if column.title == "estimator" else 0)
        table.add_column(Text(column.title), overflow="fold", max_width=most)
    for row in rows:
        table.add_row(
            *(Text(column.text(row)) for column in columns),
            style="dim" if row.ranks is None else "",
        )
    return table


def _missing_columns(every: list[Column[R]], columns: list[Column[R]]) -> list[Text]:
    """Says which columns found no room, and where they are."""
    fitting = {column.title for column in columns}
    left = [column.title for column in every if column.title not in fitting]
    return (
        [Text(f"No room here for {name_list(left)}: widen the terminal, or ask for --json.")]
        if left
        else []
    )


def _fitting_columns(every: list[Column[R]], rows: Sequence[R], width: int) -> list[Column[R]]:
    room, titles = width, set[str]()
    for column in sorted(every, key=lambda column: -column.worth):
        if _column_width(column, rows) <= room or len(titles) < 3:
            room -= _column_width(column, rows)
            titles.add(column.title)
    return [column for column in every if column.title in titles]


def _column_width(column: Column[R], rows: Sequence[R]) -> int:
    """What a column wants at least, with the two spaces after it."""
    longest = max(len(text) for text in [column.title, *(column.text(row) for row in rows)])
    return 2 + min(longest, column.folds or longest)
