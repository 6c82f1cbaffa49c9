"""Pages as text.  No script, nothing from elsewhere; every link is relative."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from analysis.boards.columns import columns
from analysis.boards.shapes import Board, Pair
from analysis.boards.words import count

STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:72em;margin:2em auto;padding:0 1em;color:#111}
table{border-collapse:collapse;font-size:.9em}th{border-bottom:1px solid #888}
th,td{text-align:left;padding:.25em .8em .25em 0;vertical-align:top}tr.unranked{color:#666}
img{max-width:100%}nav{margin:1em 0}.wide{overflow-x:auto}.note{color:#555;font-size:.9em}"""
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">{reload}
<title>{title}</title><style>{style}</style></head>
<body>
{body}
</body></html>
"""


RELOAD = '<meta http-equiv="refresh" content="{}">'


def page(title: str, body: Iterable[str], reload: int | None = None) -> str:
    """``reload``: after so many seconds."""
    again = RELOAD.format(reload) if reload else ""
    return PAGE.format(title=escape(title), style=STYLE, body="\n".join(body), reload=again)


def table(titles: Iterable[str], rows: Iterable[tuple[list[str], str]]) -> str:
    """Rows are cells and a class; cells are text, or markup where they begin with <."""
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    lines = [
        f'<tr class="{kind}">' + "".join(_cell(cell) for cell in cells) + "</tr>"
        for cells, kind in rows
    ]
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>\n<tbody>\n'
        + "\n".join(lines)
        + "\n</tbody></table></div>"
    )


def _cell(text: str) -> str:
    return f"<td>{text if text.startswith('<a ') else escape(text)}</td>"


def link(to: str, text: str) -> str:
    return f'<a href="{escape(to, quote=True)}">{escape(text)}</a>'


def about(definition: dict[str, Any]) -> str:
    """A benchmark in one line."""
    model, training = definition["model"], definition["training"]
    layers = "-".join(str(layer["n"]) for layer in model["layers"])
    return (
        f"{model['name']} {layers} on {definition['dataset']['name']}, {training['steps']:,} steps of "
        f"{training['optimizer']['name']}, minibatches of {training['batch_size']}"
    )


def index(boards: list[Board]) -> str:
    """Every benchmark with who leads."""
    rows = [([link(f"{board.benchmark_id}/index.html", board.benchmark_id), about(board.definition),
              count(len(board.rows), "estimator"), board.verdict[0]], "") for board in boards]  # fmt: skip
    body = [
        "<h1>Gradient Arena</h1>",
        "<p>Which gradient estimator is better, and what cannot be told.</p>",
    ]
    return page("Gradient Arena", [*body, table(("benchmark", "what", "", "first sentence"), rows)])


def board_section(
    board: Board, name: str, pictures: Mapping[str, str], forms: Mapping[str, str]
) -> Iterable[str]:
    """Verdict, table and pictures of one board: addresses of pictures by what they show, and of the
    board's other forms by their names."""
    shown = columns(board)
    rows = [
        ([column.text(row) for column in shown], "" if row.ranks else "unranked")
        for row in board.rows
    ]
    yield f'<h2 id="{escape(name)}">{escape(name)}</h2>'
    yield "<ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in board.verdict) + "</ul>"
    yield table([column.title for column in shown], rows)
    legend = ".  ".join(column.legend for column in shown if column.legend)
    yield f'<p class="note">{escape(legend)}.</p>'
    yield f"<nav>This board as {' '.join(link(to, form) for form, to in forms.items())}</nav>"
    yield from shown_pictures(pictures)


def shown_pictures(pictures: Mapping[str, str]) -> Iterable[str]:
    """Addresses by what they show."""
    for what, address in pictures.items():
        yield f'<p><img src="{escape(address, quote=True)}" alt="{escape(what, quote=True)}"></p>'


def pairs_section(board: Board) -> Iterable[str]:
    """Every pair, as the board decided it."""
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
    rows = [(_pair(pair, names), "") for pair in board.pairs]
    yield "<h2>Pairs</h2>"
    yield '<p class="note">First minus second, on common seeds; the interval is that of one pair alone.</p>'
    yield table(titles, rows)


def _pair(pair: Pair, names: dict[str, str]) -> list[str]:
    figures = [f"{pair.difference:.4g}", f"[{pair.low:.4g}, {pair.high:.4g}]", f"{pair.p:.3g}"]
    said = [
        names[pair.better] if pair.better else "open",
        f"{pair.more_seeds:,}" if pair.more_seeds else "",
    ]
    return [names[pair.first], names[pair.second], str(pair.seeds), *figures, *said]
