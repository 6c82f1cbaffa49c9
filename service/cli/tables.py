"""Tables and outlines of the command line, all in one look."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from rich.table import Table
from rich.text import Text

Cell = str | Text
LINE_WIDTH = 80


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


def named_cell(name: str, about: str) -> Text:
    """An identifier, and below it what it is of."""
    return Text.assemble(name, ("\n" + about, "dim"))


def minute_text(moment: str | None) -> str:
    """Of a time of the API, on this page of the calendar."""
    return moment[5:16].replace("T", " ") if moment else ""


def outline_lines(fields: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """A document as an outline: what fits stays on one line, what does not is indented below its
    name, and a list that does not fit has a line for each of its parts."""
    for name, value in fields.items():
        line = f"{indent}{name}: {flow_text(value)}"
        if len(line) <= LINE_WIDTH:
            yield line
        elif isinstance(value, dict):
            yield f"{indent}{name}:"
            yield from outline_lines(value, f"{indent}  ")
        elif isinstance(value, list) and isinstance(value[0], dict):
            yield f"{indent}{name}:"
            yield from (wrapped for part in value for wrapped in fold_lines(part, f"{indent}  - "))
        else:
            yield from fold_lines(value, f"{indent}{name}: ")


def fold_lines(value: Any, start: str) -> list[str]:
    """Between words, what follows below where it began."""
    below = " " * (len(start) if start.endswith("- ") else len(start) - len(start.lstrip()) + 2)
    return wrap(
        start + flow_text(value), LINE_WIDTH, subsequent_indent=below, break_long_words=False
    )


def flow_text(value: Any) -> str:
    """On one line: strings bare, what is inside of something in parentheses, all else as JSON."""
    if isinstance(value, dict) and value:
        return ", ".join(f"{name}={inner_text(part)}" for name, part in value.items())
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "; ".join(map(flow_text, value))
    return value if isinstance(value, str) else json.dumps(value)


def inner_text(value: Any) -> str:
    text = flow_text(value)
    return f"({text})" if isinstance(value, dict) and value else text
