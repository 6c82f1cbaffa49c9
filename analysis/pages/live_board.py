"""A board's page in a running service, with ways to the benchmark's other boards."""

import json
from html import escape

from analysis.boards.shapes import Board
from analysis.figures.charts import board_charts
from analysis.pages.board import benchmark_line, pairs_section, picture_section
from analysis.pages.html import HOME, code_block, html_link, html_page
from analysis.pages.ranking import ranking_form

AXES = {
    "steps": "equal steps",
    "evals": "equal evaluations",
    "seconds": "equal seconds",
    "reach": "until a target",
}
FORMS = ("json", "csv", "md", "svg")


def board_page(board: Board, query: str, address: str) -> str:
    """One board of a benchmark, with ways to the others; ``query``: what was asked, for its other
    forms; ``address``: of the service."""
    axis, here = board.query.axis, f"/boards/{board.benchmark_id}"
    api = f"/v1/leaderboards/{board.benchmark_id}?"
    ask = f"&{query}" if query else ""
    forms = {kind.upper(): f"{api}format={kind}{ask}" for kind in FORMS}
    pictures = {"ranks": forms["SVG"]}
    pictures |= {
        chart.title: f"{here}/{chart_name}.svg" for chart_name, chart in board_charts(board).items()
    }
    tabs = " ".join(
        f'<b aria-current="page">{words}</b>'
        if kind == axis
        else html_link(f"{here}?axis={kind}", words)
        for kind, words in AXES.items()
    )
    line = benchmark_line(board.definition)
    links = " ".join(html_link(at, form) for form, at in forms.items())
    body = [
        f"{HOME}<h1>{escape(line)}</h1>",
        f'<p class="note">Exploratory board {board.benchmark_id}: of whatever was trained; a '
        "registered benchmark claims, this one suggests.</p>",
        f'<nav class="tabs" aria-label="what is equal">{tabs}</nav>',
        "<ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in board.verdict) + "</ul>",
        *ranking_form(board, here, query),
        f"<div class=links>This board as {links}</div>",
        *picture_section(pictures),
        *(pairs_section(board) if board.pairs else ()),
        "<h2>Train another estimator on it</h2>",
        code_block(enter_command(board, address)),
    ]
    return html_page(line, body, scripts=("board.js",))


def enter_command(board: Board, address: str) -> list[str]:
    """Submits an estimator on the same benchmark."""
    spec = {**board.definition, "estimator": {"name": "reinforce_loo"}}
    body = json.dumps(spec).replace("'", "'\\''")
    return [f"curl {address}/v1/jobs -H 'Content-Type: application/json' -d '{body}'"]
