"""The page of an address that leads nowhere."""

from html import escape

from analysis.pages.html import HOME, html_page


def missing_page(detail: str) -> str:
    """``detail``: what is not there, in a sentence."""
    body = [
        f"<nav>{HOME}</nav><h1>Nothing is here</h1>",
        f"<p>{escape(detail)}</p>",
        "<p>The first page lists benchmarks, papers and jobs.</p>",
    ]
    return html_page("Nothing is here", body)
