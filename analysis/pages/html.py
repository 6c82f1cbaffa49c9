"""Pages as text.  No script, nothing from elsewhere; every link is relative."""

from collections.abc import Iterable
from html import escape

STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:72em;margin:2em auto;
padding:0 1em;color:#111}
table{border-collapse:collapse;font-size:.9em}th{border-bottom:1px solid #888}
th,td{text-align:left;padding:.25em .8em .25em 0;vertical-align:top}tr.unranked{color:#666}
img{max-width:100%}nav{margin:1em 0}.wide{overflow-x:auto}.note{color:#555;font-size:.9em}"""
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">{reload}
<title>{title}</title><style>{style}</style></head>
<body>
{body}
</body></html>
"""


RELOAD = '<meta http-equiv="refresh" content="{}">'


def html_page(title: str, body: Iterable[str], reload: int | None = None) -> str:
    """``reload``: after so many seconds."""
    again = RELOAD.format(reload) if reload else ""
    return PAGE.format(title=escape(title), style=STYLE, body="\n".join(body), reload=again)


def html_table(titles: Iterable[str], rows: Iterable[tuple[list[str], str]]) -> str:
    """Rows are cells and a class; cells are text, or markup where they begin with <."""
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    lines = [
        f'<tr class="{kind}">' + "".join(_html_cell(cell) for cell in cells) + "</tr>"
        for cells, kind in rows
    ]
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>\n<tbody>\n'
        + "\n".join(lines)
        + "\n</tbody></table></div>"
    )


def _html_cell(text: str) -> str:
    return f"<td>{text if text.startswith('<a ') else escape(text)}</td>"


def html_link(to: str, text: str) -> str:
    return f'<a href="{escape(to, quote=True)}">{escape(text)}</a>'


HOME = html_link("/", "Gradient Arena")
