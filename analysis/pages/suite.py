"""A suite's page: a paper's tables with ours beside them."""

from collections.abc import Iterator, Mapping
from typing import get_args

from markdown_it import MarkdownIt

from analysis.pages.html import HOME, html_link, html_page
from analysis.papers.shapes import SuiteReport
from analysis.tables.paper_markdown import report_markdown
from estimators.specs.suites import Scale


def suite_page(report: SuiteReport, pictures: Mapping[str, str]) -> str:
    """A paper's tables with ours beside them."""
    return html_page(f"{report.suite}, {report.scale}", _suite_sections(report, pictures))


def _suite_sections(report: SuiteReport, pictures: Mapping[str, str]) -> Iterator[str]:
    scales = " ".join(
        scale if scale == report.scale else html_link(f"?scale={scale}", scale)
        for scale in get_args(Scale)
    )
    yield f"{HOME}<nav>At the scale {scales}</nav>"
    text = (
        MarkdownIt("commonmark", {"xhtmlOut": False})
        .enable("table")
        .render(report_markdown(report, pictures))
    )
    yield text.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")
