"""The table of a registered benchmark's board: sorted, filtered, two of its rows compared.

Without a script it is a table in the order of ranks, and its form compares two rows all the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from analysis.ledger.shapes import ClaimBoard, ClaimQuery, ClaimRow
from analysis.pages.html import (  # fmt: skip
    WIDE,
    Markup,
    figure_columns,
    html_link,
    html_table,
    legend_list,
    link_row,
    title_text,
)
from analysis.pages.live_board import FORMS
from analysis.pages.pictures import picture_figure
from analysis.pages.ranking import estimator_link, family_name, row_filters
from analysis.pages.strips import Scale, interval_strip, rank_strip, strip_scale
from analysis.records.labels import UNBIASED
from analysis.tables.claim_columns import claim_columns
from analysis.tables.columns import Column

# what is drawn beside the figures of a column
DRAWN = {"rank": "places", "median": "95% interval"}
# what would push the cost of a step out of sight
ASIDE = ("from", "settings tried", "tuning cost", "interquartile mean", "mean")


def claim_parts(board: ClaimBoard, here: str) -> Iterator[str]:
    """``here``: the address of the benchmark's page."""
    columns = claim_columns(board)
    first = [one for one in columns if one.title not in ASIDE]
    yield row_filters([row.label for row in board.rows])
    yield f'<form data-pairs action="{escape(here)}/compare">{"".join(query_inputs(board.query))}'
    yield f'{WIDE}<table class="data ranking" data-sorts>'
    titles = [column.title for column in first]
    lines = [[column.text(row) for column in first] for row in board.rows]
    looks = dict(zip(titles, figure_columns(lines), strict=True))
    yield f"<thead><tr>{''.join(_titles(looks))}</tr></thead><tbody>"
    scale = strip_scale(row.median for row in board.rows)
    for row, line in zip(board.rows, lines, strict=True):
        cells = _row_cells(row, dict(zip(titles, line, strict=True)), scale, board)
        yield from _table_row(row, cells, looks)
    yield "</tbody></table></div>"
    if len(board.rows) > 1:
        yield "<button data-compare>Compare the two that are ticked</button>"
    yield "</form>"
    yield legend_list(column.legend for column in columns)
    yield from _more_figures(board, [one for one in columns if one.title in ASIDE[1:]])
    yield from export_parts(board)


def export_parts(board: ClaimBoard) -> Iterator[str]:
    """The same board in other forms, and its picture; the table says what that draws."""
    asked = urlencode(board.query.model_dump(exclude_defaults=True, exclude_none=True))
    address = f"/v1/benchmarks/{board.benchmark}/board?format="
    forms = {kind.upper(): f"{address}{kind}{asked and '&'}{asked}" for kind in FORMS}
    yield link_row((html_link(at, form) for form, at in forms.items()), "This board as")
    title = "Medians with intervals, and the ranks that they leave open"
    yield picture_figure(title, forms["SVG"], "")


def query_inputs(query: ClaimQuery) -> Iterator[str]:
    """What was asked of the board, for a form that goes on from it."""
    asked = query.model_dump(exclude_defaults=True)
    for name, value in asked.items():
        yield f'<input type="hidden" name="{name}" value="{escape(str(value), quote=True)}">'


def _titles(looks: Mapping[str, str]) -> Iterator[str]:
    yield '<td class="tick"><span class="hidden">compare</span></td>'
    for title, look in looks.items():
        yield f"<th{look}>{title_text(title)}</th>"
        if title in DRAWN:
            yield f"<th>{DRAWN[title]}</th>"


def _row_cells(
    row: ClaimRow, texts: Mapping[str, str], scale: Scale, board: ClaimBoard
) -> Iterator[tuple[str, str]]:
    """Titles and markup; what is drawn comes right after its figures, and has the title of that."""
    several = len({one.shipped for one in board.rows}) > 1
    for title, text in texts.items():
        cell: str = escape(text)
        if title == "estimator":
            mine = ' <span class="mine">entered here</span>' if several and not row.shipped else ""
            cell = f"{estimator_link(text)}{mine}"
        yield title, cell
        if title == "rank":
            yield DRAWN[title], rank_strip(row.ranks, len(board.rows))
        if title == "median":
            yield DRAWN[title], interval_strip(row.median, scale)


def _table_row(
    row: ClaimRow, cells: Iterable[tuple[str, str]], looks: Mapping[str, str]
) -> Iterator[str]:
    marks = " data-unbiased" if row.unbiased_for in UNBIASED else ""
    yield f'<tr{marks} data-family="{escape(family_name(row.label))}"><td class="tick">'
    yield f'<input type="checkbox" name="entry" value="{escape(row.entry_id)}" '
    yield f'aria-label="compare {escape(row.label, quote=True)}"></td>'
    for title, cell in cells:
        yield f"<td{looks.get(title, '')}>{cell}</td>"
    yield "</tr>"


def _more_figures(board: ClaimBoard, columns: Sequence[Column[ClaimRow]]) -> Iterator[Markup]:
    """Folded: what fewer look for."""
    if not columns:
        return
    titles = ["estimator", *(column.title for column in columns)]
    rows = [([row.label, *(column.text(row) for column in columns)], "") for row in board.rows]
    words = ", ".join(column.title for column in columns)
    table = html_table(titles, rows)
    yield Markup(f"<details><summary>More figures: {escape(words)}</summary>{table}</details>")
