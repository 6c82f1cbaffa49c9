"""A suite's page: a paper's tables with ours beside them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from markdown_it import MarkdownIt

from analysis.pages.html import HOME, html_link, html_page, link_row
from analysis.papers.shapes import SuiteReport
from analysis.tables.paper_markdown import report_markdown
from estimators.specs.suites import Scale


def suite_page(
    report: SuiteReport,
    pictures: Mapping[str, str],
    shipped: Sequence[Scale] = (),
    other: bool = False,
) -> str:
    """A paper's tables with ours beside them.  ``shipped``: the scales of results that come with
    the service, where the report is of these and not of its jobs; ``other``: whether the page of
    these is there."""
    title = f"{report.suite}, {report.scale}"
    return html_page(title, _suite_sections(report, pictures, shipped, other))


def _suite_sections(
    report: SuiteReport, pictures: Mapping[str, str], shipped: Sequence[Scale], other: bool
) -> Iterator[str]:
    scales = (
        f"<b>{scale}</b>" if scale == report.scale else html_link(f"?scale={scale}", scale)
        for scale in shipped or get_args(Scale)
    )
    yield f"{HOME}{link_row(scales, 'At the scale')}"
    if shipped:
        jobs = html_link(f"/suites/{report.suite}?scale={report.scale}", "what was trained here")
        yield f'<p class="note">Results that ship with the service; {jobs} stands apart.</p>'
    elif other:
        whole = html_link(f"/papers/{report.suite}", "results that ship with the service")
        yield f'<p class="note">Of jobs of this service; {whole} stand apart.</p>'
    text = (
        MarkdownIt("commonmark", {"xhtmlOut": False})
        .enable("table")
        .render(report_markdown(report, pictures))
    )
    yield text.replace("<table>", '<div class="wide" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )
