"""A board's table in a running service: sorted, filtered, intervals drawn, two rows compared.

Without a script it is a table in the order of ranks, and its form compares two rows all the same.
"""

from collections.abc import Iterator
from html import escape

from analysis.boards.shapes import Board, Row
from analysis.pages.html import WIDE, Markup, figure_columns, html_link
from analysis.pages.strips import Scale, interval_strip, strip_scale
from analysis.tables.columns import board_columns

FILTERS = (
    '<p data-filters hidden><label><input type="checkbox" name="unbiased"> unbiased only</label> '
    '<label>with <input type="search" name="text" placeholder="part of a name"></label> '
    '<output class="note"></output></p>'
)
UNBIASED = ("all", "all_up_to_scale")


def ranking_form(board: Board, here: str, query: str) -> Iterator[str]:
    """``here``: the board's address; ``query``: what was asked of it."""
    columns = board_columns(board)
    cells = [[column.text(row) for column in columns] for row in board.rows]
    looks = figure_columns(cells)
    scale = strip_scale(row.value for row in board.rows)
    titles = "".join(
        f"<th{look}>{escape(column.title)}</th>" + (STRIP_TITLE if number == VALUE else "")
        for number, (column, look) in enumerate(zip(columns, looks, strict=True))
    )
    yield FILTERS
    yield f'<form data-pairs action="{escape(here)}/compare"><input type="hidden" name="query" '
    yield f'value="{escape(query, quote=True)}">{WIDE}<table class="data" data-sorts>'
    yield f'<thead><tr><th><span class="hidden">compare</span></th>{titles}<th>flags</th></tr>'
    yield "</thead><tbody>"
    for row, texts in zip(board.rows, cells, strict=True):
        yield _table_row(row, texts, looks, scale, board.tried_seeds(row))
    yield "</tbody></table></div>"
    if len(board.rows) > 1:
        yield "<button data-compare>Compare the two that are ticked</button>"
    yield "</form>"
    legend = ".  ".join(column.legend for column in columns if column.legend)
    yield f'<p class="note">{escape(legend)}.</p>'


VALUE = 2  # the column of what is ranked; the strip stands beside it
STRIP_TITLE = "<th>95% interval</th>"


def _table_row(row: Row, texts: list[str], looks: list[str], scale: Scale, whole: int) -> str:
    tick = (
        f'<td><input type="checkbox" name="cell" value="{escape(row.cell_id, quote=True)}" '
        f'aria-label="compare {escape(row.label, quote=True)}"></td>'
    )
    cells = [f"<td{look}>{escape(text)}</td>" for text, look in zip(texts, looks, strict=True)]
    cells[1] = f'<td class="text">{estimator_link(row.label)}</td>'
    sort = "" if row.value is None else f' data-value="{row.value.mean!r}"'
    cells.insert(VALUE + 1, f"<td{sort}>{interval_strip(row.value, scale)}</td>")
    flags = row_flags(row, whole)
    unbiased = " data-unbiased" if row.declared and row.declared.unbiased_for in UNBIASED else ""
    look = "" if row.ranks else ' class="unranked"'
    return f"<tr{look}{unbiased}>{tick}{''.join(cells)}<td>{flags}</td></tr>"


def estimator_link(label: str) -> Markup:
    """To the page of what a label names first."""
    name = label.split(",")[0]
    return html_link(f"/estimators/{name}", label)


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
    return Markup("; ".join(f'<span class="flag">{escape(flag)}</span>' for flag in flags))
