"""Pages in place of what was asked for: nothing is there, or it was refused."""

from collections.abc import Iterable
from html import escape

from analysis.pages.forms import fault_list
from analysis.pages.html import HOME, docstring_html, html_link, html_page


def missing_page(detail: str) -> str:
    """``detail``: what is not there, in a sentence."""
    body = [
        f"{HOME}<h1>Nothing is here</h1>",
        f"<p>{escape(detail)}</p>",
        f"<p>The {html_link('/', 'first page')} lists benchmarks, papers and jobs.</p>",
    ]
    return html_page("Nothing is here", body)


def refusal_page(
    title: str, detail: str, explanation: str, faults: Iterable[tuple[str, str, str]]
) -> str:
    """``faults``: where, what, and what would be right; they say all where there are some."""
    listed = list(faults)
    body = [
        f"{HOME}<h1>{escape(title)}</h1>",
        f"<p>{escape(detail)}</p>" if detail != title and not listed else "",
        fault_list(listed),
        "" if listed else f"<p>{docstring_html(explanation)}</p>",
    ]
    return html_page(title, body)
