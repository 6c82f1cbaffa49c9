"""Pages as text.  Scripts are the service's own files, nothing comes from elsewhere."""

import re
from collections.abc import Iterable, Mapping
from html import escape

from analysis.pages.style import STYLE

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">{reload}
<title>{title}</title><style>{style}</style>{scripts}</head>
<body>
{navigation}<main>
{body}
</main></body></html>
"""


# where no script keeps a page current
RELOAD = '<noscript><meta http-equiv="refresh" content="{}"></noscript>'
SCRIPT = '<script src="/scripts/{}" defer></script>'
# what scrolls sideways within a page, by keys too
WIDE = '<div class="wide" tabindex="0">'
# characters of a text that wants room, and may break
LONG = 24
TAG = re.compile(r"<[^>]*>")
CODE, EMPHASIS = re.compile(r"`{1,2}([^`]+)`{1,2}"), re.compile(r"\*(\w[^*]*\w)\*")
FIGURE = re.compile(
    r"-|[-+]?\d[\d.,]*(e[-+]?\d+)?%?( ?[-–+] ?\d[\d.]*)?( \[.*\])?( of [\d,]+)?( p)?"
)


class Markup(str):
    """Text that is markup already; all other text is escaped where it becomes a cell."""


def docstring_html(text: str) -> str:
    """Plain text with ``code`` and *emphasis*."""
    return EMPHASIS.sub(r"<em>\1</em>", CODE.sub(r"<code>\1</code>", escape(text)))


def html_page(
    title: str, body: Iterable[str], reload: int | None = None, scripts: Iterable[str] = ()
) -> str:
    """``reload``: after so many seconds, where no script runs; ``scripts``: of a running service,
    by name."""
    text = "\n".join(body)
    return PAGE.format(
        title=escape(title),
        style=STYLE,
        navigation=HOME if text.startswith(HOME) else "",
        body=text.removeprefix(HOME),
        reload=RELOAD.format(reload) if reload else "",
        scripts="".join(SCRIPT.format(name) for name in scripts),
    )


def html_table(
    titles: Iterable[str], rows: Iterable[tuple[list[str], str]], sorts: bool = False
) -> str:
    """Rows are cells and a class; cells are text, or ``Markup``.  Columns of figures are set to the
    right.  ``sorts``: by a click on a title, where the page has the script ``board.js``."""
    titles, rows = list(titles), list(rows)
    looks = figure_columns([cells for cells, _ in rows]) or [""] * len(titles)
    mark, look = (" data-sorts", " ranking") if sorts else ("", "")
    head = "".join(
        f"<th{kind}>{title_text(title)}</th>" for title, kind in zip(titles, looks, strict=True)
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
        f'{WIDE}<table class="data{look}"{mark}><thead><tr>{head}</tr></thead>\n<tbody>\n'
        + "\n".join(lines)
        + "\n</tbody></table></div>"
    )


def title_text(title: str) -> Markup:
    """A column's, which may break after a stroke."""
    return Markup(escape(title).replace("/", "/<wbr>"))


def figure_columns(rows: list[list[str]]) -> list[str]:
    """The attributes of each column: see ``_column_look``."""
    return [_column_look(list(column)) for column in zip(*rows, strict=True)]


def _column_look(cells: list[str]) -> str:
    """The attribute of a column of figures, or of one of long texts; empty for others."""
    texts = [cell for cell in cells if cell and not isinstance(cell, Markup)]
    if texts and all(FIGURE.fullmatch(text) for text in texts):
        return ' class="figure"'
    return ' class="text"' if any(len(TAG.sub("", cell)) > LONG for cell in cells) else ""


def _html_cell(text: str) -> str:
    return text if isinstance(text, Markup) else escape(text)


def html_link(to: str, text: str, look: str = "") -> Markup:
    mark = f' class="{look}"' if look else ""
    return Markup(f'<a{mark} href="{escape(to, quote=True)}">{escape(text)}</a>')


def state_mark(state: str) -> Markup:
    """A state in its colour, and in words."""
    return Markup(f'<span class="{escape(state, quote=True)}">{escape(state)}</span>')


def html_facts(facts: Mapping[str, str]) -> str:
    """A list of what is so, by words."""
    lines = (f"<dt>{escape(name)}</dt><dd>{_html_cell(text)}</dd>" for name, text in facts.items())
    return "<dl>" + "".join(lines) + "</dl>"


def html_list(items: Iterable[str]) -> str:
    """Items are markup."""
    return '<ul class="list">' + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def link_row(links: Iterable[str], before: str = "", after: str = "") -> Markup:
    """A line of links, which are markup; ``before``, ``after``: text."""
    words = filter(None, (escape(before), *links, escape(after)))
    return Markup(f'<div class="links">{" ".join(words)}</div>')


def legend_list(texts: Iterable[str]) -> str:
    """What columns say, for who wants to know."""
    lines = "".join(f"<li>{escape(text)}</li>" for text in texts if text)
    summary = "<summary>What the columns say</summary>"
    return f'<details>{summary}<ul class="note">{lines}</ul></details>'


def sentence_list(sentences: Iterable[str], first: int = 4) -> str:
    """A verdict: its ``first`` sentences, and the others for who wants to know."""
    lines = [f"<li>{escape(one)}</li>" for one in sentences]
    rest = "".join(lines[first:])
    more = f"<details><summary>The whole verdict</summary><ul>{rest}</ul></details>" if rest else ""
    return f'<ul class="verdict">{"".join(lines[:first])}</ul>{more}'


def code_block(lines: Iterable[str]) -> str:
    """Commands to copy, one a line."""
    return f'<pre tabindex="0"><code>{escape(chr(10).join(lines))}</code></pre>'


SITE = {
    "/": "Gradient Arena",
    "/standings": "Standings",
    "/estimators": "Estimators",
    "/submit": "Submit",
    "/fleet": "Fleet",
    "/docs": "API",
}
# at the head of every page of a running service
HOME = Markup(
    '<nav class="site" aria-label="site">'
    + " ".join(html_link(to, words) for to, words in SITE.items())
    + "</nav>"
)
