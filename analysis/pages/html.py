"""Pages as text.  No script, nothing from elsewhere; every link is relative."""

import re
from collections.abc import Iterable, Mapping
from html import escape

from analysis.pages.style import STYLE

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">{reload}
<title>{title}</title><style>{style}</style></head>
<body>
{body}
</body></html>
"""


RELOAD = '<meta http-equiv="refresh" content="{}">'
# characters of a text that wants room, and may break
LONG = 24
TAG = re.compile(r"<[^>]*>")
FIGURE = re.compile(r"-|[-+]?\d[\d.,]*(e[-+]?\d+)?%?( ?[-–] ?\d+)?( \[.*\])?( of [\d,]+)?( p)?")


class Markup(str):
    """Text that is markup already; all other text is escaped where it becomes a cell."""


def html_page(title: str, body: Iterable[str], reload: int | None = None) -> str:
    """``reload``: after so many seconds."""
    again = RELOAD.format(reload) if reload else ""
    return PAGE.format(title=escape(title), style=STYLE, body="\n".join(body), reload=again)


def html_table(titles: Iterable[str], rows: Iterable[tuple[list[str], str]]) -> str:
    """Rows are cells and a class; cells are text, or ``Markup``.  Columns of figures are set to the
    right."""
    titles, rows = list(titles), list(rows)
    looks = [_column_look([cells[i] for cells, _ in rows]) for i in range(len(titles))]
    head = "".join(
        f"<th{look}>{escape(title)}</th>" for title, look in zip(titles, looks, strict=True)
    )
    lines = [
        f'<tr class="{kind}">'
        + "".join(
            f"<td{look}>{_html_cell(cell)}</td>" for cell, look in zip(cells, looks, strict=True)
        )
        + "</tr>"
        for cells, kind in rows
    ]
    return (
        f'<div class="wide"><table class="data"><thead><tr>{head}</tr></thead>\n<tbody>\n'
        + "\n".join(lines)
        + "\n</tbody></table></div>"
    )


def _column_look(cells: list[str]) -> str:
    """The attribute of a column of figures, or of one of long texts; empty for others."""
    texts = [cell for cell in cells if cell and not isinstance(cell, Markup)]
    if texts and all(FIGURE.fullmatch(text) for text in texts):
        return ' class="figure"'
    return ' class="text"' if any(len(TAG.sub("", cell)) > LONG for cell in cells) else ""


def _html_cell(text: str) -> str:
    return text if isinstance(text, Markup) else escape(text)


def html_link(to: str, text: str) -> Markup:
    return Markup(f'<a href="{escape(to, quote=True)}">{escape(text)}</a>')


def state_mark(state: str) -> Markup:
    """A state in its colour, and in words."""
    return Markup(f'<span class="{escape(state, quote=True)}">{escape(state)}</span>')


def html_facts(facts: Mapping[str, str]) -> str:
    """A list of what is so, by words."""
    lines = (f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts.items())
    return "<dl>" + "".join(lines) + "</dl>"


def html_list(items: Iterable[str]) -> str:
    """Items are markup."""
    return '<ul class="list">' + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def code_block(lines: Iterable[str]) -> str:
    """Commands to copy, one a line."""
    return f"<pre><code>{escape(chr(10).join(lines))}</code></pre>"


HOME = html_link("/", "Gradient Arena")
