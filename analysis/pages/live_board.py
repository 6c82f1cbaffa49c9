"""A board's page in a running service, with ways to the benchmark's other boards."""

from html import escape

from analysis.boards.shapes import Board
from analysis.figures.charts import board_charts
from analysis.pages.board import benchmark_line, board_section, pairs_section
from analysis.pages.html import HOME, html_link, html_page

AXES = {
    "steps": "equal steps",
    "evals": "equal evaluations",
    "seconds": "equal seconds",
    "reach": "until a target",
}
FORMS = ("json", "csv", "md", "svg")


def board_page(board: Board, query: str) -> str:
    """One board of a benchmark, with ways to the others; ``query``: what was asked, for its other
    forms."""
    axis, here = board.query.axis, f"/boards/{board.benchmark_id}"
    api = f"/v1/leaderboards/{board.benchmark_id}?"
    ask = f"&{query}" if query else ""
    forms = {kind.upper(): f"{api}format={kind}{ask}" for kind in FORMS}
    pictures = {"ranks": forms["SVG"]}
    pictures |= {
        chart.title: f"{here}/{chart_name}.svg" for chart_name, chart in board_charts(board).items()
    }
    others = " ".join(
        words if kind == axis else html_link(f"{here}?axis={kind}", words)
        for kind, words in AXES.items()
    )
    body = [
        f"<nav>{HOME}</nav><h1>{escape(benchmark_line(board.definition))}</h1>",
        f"<p>Benchmark {board.benchmark_id}.</p><nav>Board at {others}</nav>",
        *board_section(board, axis, pictures, forms),
        *(pairs_section(board) if board.pairs else ()),
    ]
    return html_page(benchmark_line(board.definition), body)
