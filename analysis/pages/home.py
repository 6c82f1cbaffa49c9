"""The first page of a running service."""

from collections.abc import Iterable

from analysis.boards.shapes import BoardSummary
from analysis.pages.board import benchmark_line
from analysis.pages.html import html_link, html_page, html_table
from analysis.pages.job import JobLine, job_table
from analysis.papers.catalogue import SuiteSummary
from analysis.records.phrases import count_text


def home_page(
    boards: Iterable[BoardSummary], jobs: Iterable[JobLine], suites: Iterable[SuiteSummary]
) -> str:
    """Benchmarks, papers and the newest jobs."""
    some = [
        (
            [
                html_link(f"/boards/{one.benchmark_id}", one.benchmark_id),
                benchmark_line(one.definition),
                count_text(one.estimators, "estimator"),
                f"{one.succeeded:,} of {one.runs:,} runs",
            ],
            "",
        )
        for one in boards
    ]
    papers = [([html_link(f"/suites/{one.name}", one.name), one.source], "") for one in suites]
    body = [
        "<h1>Gradient Arena</h1>",
        "<p>Which gradient estimator is better, and what cannot be told.</p>",
        "<h2>Benchmarks</h2>",
        html_table(("benchmark", "what", "", "succeeded"), some)
        if some
        else "<p>Nothing was submitted yet.</p>",
        "<h2>Papers</h2>",
        html_table(("suite", "whose tables"), papers),
        "<h2>Newest jobs</h2>",
        job_table(jobs),
        f"<nav>The API describes itself: {html_link('/openapi.json', 'openapi.json')}</nav>",
    ]
    return html_page("Gradient Arena", body)
