"""What an error means, for people."""

from collections.abc import Iterable
from html import escape

from analysis.pages.html import HOME, docstring_html, html_link, html_page, html_table, link_row


def problem_page(title: str, status: int, explanation: str) -> str:
    """What the ``type`` of a problem points at."""
    body = [
        f"{HOME}{link_row([html_link('/problems', 'all problems')])}",
        f"<h1>{escape(title)}</h1><p>{docstring_html(explanation)}</p>",
        f'<p class="note">Answers with status {status} report it.</p>',
    ]
    return html_page(title, body)


def problem_list(problems: Iterable[tuple[str, str, int]]) -> str:
    """Address, title and status of every kind of problem."""
    rows = [([html_link(to, title), str(status)], "") for to, title, status in problems]
    body = [
        f"{HOME}<h1>Problems</h1>",
        "<p>What the service may answer instead of what was asked for.</p>",
        html_table(("problem", "status"), rows),
    ]
    return html_page("Problems", body)
