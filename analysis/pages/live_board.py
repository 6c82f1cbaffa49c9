"""A board's page in a running service, with ways to the benchmark's other boards."""

import json
from collections.abc import Iterable
from html import escape

from analysis.boards.metrics import METRICS, SPENT
from analysis.boards.shapes import Board, BoardQuery
from analysis.figures.charts import board_charts
from analysis.pages.board import benchmark_line, pairs_section
from analysis.pages.html import (  # fmt: skip
    HOME,
    code_block,
    html_link,
    html_page,
    link_row,
    sentence_list,
)
from analysis.pages.pictures import picture_figure, picture_section
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
    here, api = f"/boards/{board.benchmark_id}", f"/v1/leaderboards/{board.benchmark_id}?"
    ask = f"&{query}" if query else ""
    forms = {kind.upper(): f"{api}format={kind}{ask}" for kind in FORMS}
    pictures = {
        chart.title: f"{here}/{chart_name}.svg" for chart_name, chart in board_charts(board).items()
    }
    line = benchmark_line(board.definition)
    body = [
        f"{HOME}<h1>{escape(line)}</h1>",
        f'<p class="note">Exploratory board {board.benchmark_id}: of whatever was trained; a '
        "registered benchmark claims, this one suggests.</p>",
        f'<nav class="tabs" aria-label="what is equal">{" ".join(_axis_tabs(board, here))}</nav>',
        sentence_list(board.verdict),
        query_form(board.query, here),
        *ranking_form(board, here, query),
        link_row((html_link(at, form) for form, at in forms.items()), "This board as"),
        picture_figure(
            "Means with intervals, and the ranks that they leave open", forms["SVG"], ""
        ),
        *picture_section(pictures),
        *_pair_parts(board),
        "<h2>Train another estimator on it</h2>",
        "<details><summary>The command</summary>",
        code_block(enter_command(board, address)),
        "</details>",
    ]
    return html_page(line, body, scripts=("board.js", "pictures.js"))


def _axis_tabs(board: Board, here: str) -> Iterable[str]:
    metric = "" if board.query.axis == "reach" else f"&metric={board.query.metric}"
    for kind, words in AXES.items():
        if kind == board.query.axis:
            yield f'<b aria-current="page">{words}</b>'
        else:
            yield html_link(f"{here}?axis={kind}{'' if kind == 'reach' else metric}", words)


def query_form(query: BoardQuery, here: str) -> str:
    """What else may be asked of the board: a metric and a budget, or a target and what is spent."""
    if query.axis == "reach":
        inputs = _number("target", query.target) + _select("spend", SPENT, query.spend)
    else:
        inputs = _select("metric", METRICS, query.metric) + _number("budget", query.budget)
    return (
        f'<form class="filters" action="{escape(here)}"><input type="hidden" name="axis" '
        f'value="{query.axis}">{inputs} <button>Show</button></form>'
    )


def _number(name: str, value: float | None) -> str:
    """Where the board has one."""
    if value is None:
        return ""
    return (
        f'<label>{name} <input name="{name}" type="number" step="any" required '
        f'value="{value:.6g}"></label>'
    )


def _select(name: str, options: Iterable[str], chosen: str) -> str:
    choices = "".join(
        f"<option{' selected' if one == chosen else ''}>{escape(one)}</option>" for one in options
    )
    return f'<label>{name} <select name="{name}">{choices}</select></label>'


def _pair_parts(board: Board) -> Iterable[str]:
    """Every pair; folded, since a hundred rows make five thousand of them."""
    if board.pairs:
        yield from pairs_section(board, most=MOST_PAIRS)


MOST_PAIRS = 60  # on a page; all of them are in the board's other forms


def enter_command(board: Board, address: str) -> list[str]:
    """Submits an estimator on the same benchmark."""
    spec = {**board.definition, "estimator": {"name": "reinforce_loo"}}
    body = json.dumps(spec).replace("'", "'\\''")
    return [f"curl {address}/v1/jobs -H 'Content-Type: application/json' -d '{body}'"]
