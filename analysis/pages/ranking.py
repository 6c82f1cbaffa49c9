"""A board's table in a running service: sorted, filtered, intervals drawn, two rows compared.

Without a script it is a table in the order of ranks, and its form compares two rows all the same.
"""

from collections.abc import Iterable, Iterator
from html import escape

from analysis.boards.shapes import Board, Row
from analysis.pages.html import WIDE, Markup, figure_columns, html_link, legend_list, title_text
from analysis.pages.strips import Scale, interval_strip, strip_scale
from analysis.records.labels import label_name
from analysis.tables.columns import Column, board_columns
from estimators.specs import ESTIMATORS

VALUE = 2  # the column of what is ranked; the strip stands beside it


def ranking_form(board: Board, here: str, query: str) -> Iterator[str]:
    """``here``: the board's address; ``query``: what was asked of it."""
    columns = board_columns(board)
    cells = [[column.text(row) for column in columns] for row in board.rows]
    looks = _column_looks(columns, cells)
    scale = strip_scale(row.value for row in board.rows)
    yield row_filters([row.label for row in board.rows])
    yield f'<form data-pairs action="{escape(here)}/compare"><input type="hidden" name="query" '
    yield f'value="{escape(query, quote=True)}">{WIDE}<table class="data ranking" data-sorts>'
    yield f"<thead><tr>{''.join(_titles(columns, looks))}</tr></thead><tbody>"
    for row, texts in zip(board.rows, cells, strict=True):
        yield _table_row(row, texts, looks, scale, board.tried_seeds(row))
    yield "</tbody></table></div>"
    if len(board.rows) > 1:
        yield "<button data-compare>Compare the two that are ticked</button>"
    yield "</form>"
    yield legend_list(column.legend for column in columns)


def row_filters(labels: Iterable[str]) -> str:
    """What leaves rows out, where a script runs."""
    families = sorted({family_name(label) for label in labels} - {""})
    options = "".join(f"<option>{escape(one)}</option>" for one in families)
    return (
        '<p class="filters" data-filters hidden>'
        '<label><input type="checkbox" name="unbiased"> unbiased only</label> '
        f'<label>family <select name="family"><option value="">any</option>{options}</select>'
        '</label> <label>name <input type="search" name="text" placeholder="part of it"></label> '
        '<output class="note"></output></p>'
    )


def family_name(label: str) -> str:
    """Of the estimator that a label names first: "score function"; empty for plug-ins."""
    kind = ESTIMATORS.get(label_name(label))
    return kind.__module__.rpartition(".")[2].replace("_", " ") if kind else ""


def _column_looks(columns: list[Column[Row]], cells: list[list[str]]) -> list[str]:
    looks = figure_columns(cells) or [""] * len(columns)
    return [
        look or (' class="words"' if column.folds else "")
        for column, look in zip(columns, looks, strict=True)
    ]


def _titles(columns: list[Column[Row]], looks: list[str]) -> Iterator[str]:
    yield '<td class="tick"><span class="hidden">compare</span></td>'
    for number, (column, look) in enumerate(zip(columns, looks, strict=True)):
        yield f"<th{look}>{title_text(column.title)}</th>"
        if number == VALUE:
            yield "<th>95% interval</th>"


def _table_row(row: Row, texts: list[str], looks: list[str], scale: Scale, whole: int) -> str:
    tick = (
        f'<td class="tick"><input type="checkbox" name="cell" '
        f'value="{escape(row.cell_id, quote=True)}" '
        f'aria-label="compare {escape(row.label, quote=True)}"></td>'
    )
    cells = [f"<td{look}>{escape(text)}</td>" for text, look in zip(texts, looks, strict=True)]
    name = f"{estimator_link(row.label)}{row_flags(row, whole)}"
    cells[1] = f'<td class="text" data-value="{escape(row.label, quote=True)}">{name}</td>'
    sort = "" if row.value is None else f' data-value="{row.value.mean!r}"'
    cells.insert(VALUE + 1, f"<td{sort}>{interval_strip(row.value, scale)}</td>")
    unbiased = " data-unbiased" if row.declared and row.declared.unbiased else ""
    family = f' data-family="{escape(family_name(row.label), quote=True)}"'
    look = "" if row.ranks else ' class="unranked"'
    return f"<tr{look}{unbiased}{family}>{tick}{''.join(cells)}</tr>"


def estimator_link(label: str) -> Markup:
    """To the page of what a label names first."""
    return html_link(f"/estimators/{label_name(label)}", label)


def row_flags(row: Row, whole: int) -> Markup:
    """What a reader must not miss: bias, and seeds of the ``whole`` that came to nothing."""
    flags = []
    if row.unranked:
        flags.append(row.unranked)
    if row.bias and row.bias.low is not None and row.bias.low > 0:
        flags.append("biased")
    if row.diverged:
        flags.append(f"{row.diverged:,} of {whole:,} seeds diverged")
    if row.censored:
        flags.append(f"{row.censored:,} of {whole:,} seeds never arrived")
    return Markup("".join(f' <span class="flag">{escape(flag)}</span>' for flag in flags))
