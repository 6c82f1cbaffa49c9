"""A board in a terminal."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from analysis.boards.shapes import Board
from analysis.records.phrases import name_list
from analysis.tables.columns import Column, board_columns


def board_table(board: Board, width: int = 120) -> RenderableType:
    """The table, what its columns mean, which were left out, the verdict.  Columns come in by
    worth, while there is room."""
    columns = _fitting_columns(board, width)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    spare = max(0, width - sum(_column_width(column, board) for column in columns))
    for column in columns:
        most = _column_width(column, board) - 2 + (spare if column.title == "estimator" else 0)
        table.add_column(Text(column.title), overflow="fold", max_width=most)
    for row in board.rows:
        table.add_row(
            *(Text(column.text(row)) for column in columns),
            style="dim" if row.ranks is None else "",
        )
    legend = Text(
        ".  ".join(column.legend for column in columns if column.legend) + ".", style="dim"
    )
    verdict = [Text(f"- {sentence}") for sentence in board.verdict]
    return Group(table, Padding(Group(legend, *_missing_columns(board, columns)), (1, 0)), *verdict)


def _missing_columns(board: Board, columns: list[Column]) -> list[Text]:
    """Says which columns found no room, and where they are."""
    left = [
        column.title
        for column in board_columns(board)
        if column.title not in {fitting.title for fitting in columns}
    ]
    return (
        [Text(f"No room here for {name_list(left)}: widen the terminal, or ask for --json.")]
        if left
        else []
    )


def _fitting_columns(board: Board, width: int) -> list[Column]:
    every = board_columns(board)
    room, titles = width, set[str]()
    for column in sorted(every, key=lambda column: -column.worth):
        if _column_width(column, board) <= room or len(titles) < 3:
            room -= _column_width(column, board)
            titles.add(column.title)
    return [column for column in every if column.title in titles]


def _column_width(column: Column, board: Board) -> int:
    """What a column wants at least, with the two spaces after it."""
    longest = max(len(text) for text in [column.title, *(column.text(row) for row in board.rows)])
    return 2 + min(longest, column.folds or longest)
