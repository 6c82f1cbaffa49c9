"""Boards as pages: what a site and a running service show alike."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from analysis.boards.shapes import Board, Pair
from analysis.pages.html import html_link, html_page, html_table, link_row, sentence_list
from analysis.pages.pictures import picture_section
from analysis.records.phrases import count_text
from analysis.tables.columns import board_columns


def benchmark_line(definition: dict[str, Any]) -> str:
    """A benchmark in one line."""
    model, training = definition["model"], definition["training"]
    layers = "-".join(str(layer["n"]) for layer in model["layers"])
    data = definition["dataset"]["name"]
    task = f"{model['name']} {layers}" + ("" if data == "nothing" else f" on {data}")
    return (
        f"{task}, {training['steps']:,} steps of "
        f"{training['optimizer']['name']}, minibatches of {training['batch_size']}"
    )


def index_page(boards: list[Board]) -> str:
    """Every benchmark with who leads."""
    rows = [
        (
            [
                html_link(f"{board.benchmark_id}/index.html", board.benchmark_id),
                benchmark_line(board.definition),
                count_text(len(board.rows), "estimator"),
                board.verdict[0],
            ],
            "",
        )
        for board in boards
    ]
    body = [
        "<h1>Gradient Arena</h1>",
        "<p>Which gradient estimator is better, and what cannot be told.</p>",
    ]
    return html_page(
        "Gradient Arena", [*body, html_table(("benchmark", "what", "", "first sentence"), rows)]
    )


def board_section(
    board: Board, name: str, pictures: Mapping[str, str], forms: Mapping[str, str]
) -> Iterable[str]:
    """Verdict, table and pictures of one board: addresses of pictures by what they show, and of the
    board's other forms by their names."""
    columns = board_columns(board)
    rows = [
        ([column.text(row) for column in columns], "" if row.ranks else "unranked")
        for row in board.rows
    ]
    yield f'<h2 id="{escape(name)}">{escape(name)}</h2>'
    yield sentence_list(board.verdict)
    yield html_table([column.title for column in columns], rows)
    legend = ".  ".join(column.legend for column in columns if column.legend)
    yield f'<p class="note">{escape(legend)}.</p>'
    yield link_row((html_link(to, form) for form, to in forms.items()), "This board as")
    yield from picture_section(pictures, valued=False)


def pairs_section(board: Board, most: int | None = None) -> Iterable[str]:
    """Every pair, as the board decided it; ``most``: those of the best rows, so many at most."""
    names = {row.cell_id: row.label for row in board.rows}
    titles = (
        "first",
        "second",
        "seeds",
        "difference",
        "95% interval",
        "p (Holm)",
        "better",
        "seeds missing",
    )
    rows = [(_pair_cells(pair, names), "") for pair in board.pairs[:most]]
    yield "<h2>Pairs</h2>"
    yield (
        '<p class="note">First minus second, on common seeds; the interval is that of one '
        "pair alone.</p>"
    )
    yield html_table(titles, rows)
    if len(rows) < len(board.pairs):
        yield f'<p class="note">{len(rows):,} of {len(board.pairs):,} pairs; JSON has all.</p>'


def _pair_cells(pair: Pair, names: dict[str, str]) -> list[str]:
    figures = [_figure(pair.difference), f"[{_figure(pair.low)}, {_figure(pair.high)}]"]
    said = [
        names[pair.better] if pair.better else "open",
        f"{pair.more_seeds:,}" if pair.more_seeds else "",
    ]
    return [
        names[pair.first],
        names[pair.second],
        str(pair.seeds),
        *figures,
        f"{pair.p:.3g}",
        *said,
    ]


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
