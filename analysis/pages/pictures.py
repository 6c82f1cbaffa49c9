"""Pictures on pages: with a title, and with their values in figures beside them."""

from collections.abc import Iterator, Mapping
from html import escape

from analysis.pages.html import HOME, WIDE, html_page, html_table
from analysis.statistics.bands import ValueTable


def picture_section(pictures: Mapping[str, str], valued: bool = True) -> Iterator[str]:
    """Addresses by what they show.  ``valued``: the same address with ``.html`` in place of
    ``.svg`` tells the values."""
    for title, address in pictures.items():
        values = address.replace(".svg", ".html", 1) if valued and ".svg" in address else ""
        yield picture_figure(title, address, values)


def picture_figure(title: str, address: str, values: str) -> str:
    """One of them; ``values``: the address of what it draws in figures, empty where the page says
    it."""
    link = f' <a data-values href="{escape(values, quote=True)}">in figures</a>' if values else ""
    return (
        f'<figure class="picture"><figcaption>{escape(title)}{link}</figcaption>{WIDE}'
        f'<img src="{escape(address, quote=True)}" alt="{escape(title, quote=True)}"></div>'
        "</figure>"
    )


def values_page(title: str, values: ValueTable) -> str:
    """What a picture draws, in figures."""
    body = [
        f"{HOME}<h1>{escape(title)}, in figures</h1>",
        f'<p class="note">{escape(values.note)}</p>',
        html_table(values.titles, [(row, "") for row in values.rows]),
    ]
    return html_page(f"{title}, in figures", body)
