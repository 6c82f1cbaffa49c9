"""A benchmark on the first page: who leads, and the best rows as a small picture."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import NamedTuple

from analysis.ledger.shapes import ClaimBoard, ClaimRow
from analysis.pages.html import html_link
from analysis.pages.ranking import estimator_link
from analysis.pages.strips import Scale, interval_strip, rank_strip, strip_scale
from analysis.records.phrases import count_text
from estimators.specs.protocols import Protocol

ROWS, NAMED = 6, 4  # of a board, on a card: rows, and leaders by name


class BenchmarkLine(NamedTuple):
    """A registered benchmark with its board; ``states``: how many entries are in each."""

    protocol: Protocol
    board: ClaimBoard
    states: Mapping[str, int]


def benchmark_card(one: BenchmarkLine) -> str:
    """Its name, the first sentence of the verdict, rank sets and medians of the best."""
    protocol, board = one.protocol, one.board
    link = html_link(f"/benchmarks/{protocol.id}", protocol.id)
    count = sum(one.states.values())
    states = ", ".join(f"{number:,} {state}" for state, number in one.states.items())
    return (
        f'<article class="card"><h3>{link}</h3><p class="note">{escape(protocol.title)}</p>'
        f"<p>{escape(leader_words(board))}</p>{''.join(_best_rows(board))}"
        f'<p class="note">{count_text(count, "entry", "entries")}: {states}</p></article>'
    )


def leader_words(board: ClaimBoard) -> str:
    """Who leads; how many, where they are too many to be named on a card."""
    first = sum(row.ranks[0] == 1 for row in board.rows)
    if first > NAMED:
        return f"{first} of {len(board.rows)} cannot be told from the best."
    return board.verdict[0]


def _best_rows(board: ClaimBoard) -> Iterator[str]:
    best = board.rows[:ROWS]
    if not best:
        return
    scale = strip_scale(row.median for row in best)
    yield '<div class="wide" tabindex="0"><table class="mini"><thead class="hidden"><tr>'
    yield "<th>estimator</th><th>places</th><th>median, 95% interval</th></tr></thead><tbody>"
    for row in best:
        yield _best_row(row, scale, len(board.rows))
    yield "</tbody></table></div>"
    if len(board.rows) > ROWS:
        yield f'<p class="note">and {count_text(len(board.rows) - ROWS, "more row")}</p>'


def _best_row(row: ClaimRow, scale: Scale, rows: int) -> str:
    cells = (
        estimator_link(row.label),
        rank_strip(row.ranks, rows),
        interval_strip(row.median, scale),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
