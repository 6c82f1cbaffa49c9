"""Tables of the command line, all in one look."""

from collections.abc import Collection, Iterable, Sequence

from rich.table import Table
from rich.text import Text

Cell = str | Text


def text_table(
    titles: Sequence[str], rows: Iterable[Sequence[Cell]], whole: Collection[str] = ()
) -> Table:
    """Cells break between words where there is little room, and no cell is cut; columns ``whole``
    never break."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        table.add_column(title, no_wrap=title in whole, overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return table
