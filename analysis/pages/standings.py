"""The page of standings over all registered benchmarks."""

from html import escape

from analysis.ledger.standings import Standings
from analysis.pages.board import picture_section
from analysis.pages.html import HOME, html_link, html_page, html_table
from analysis.tables.standings_markdown import TITLES, benchmark_cells, standing_cells

ADDRESS = "/v1/standings"


def standings_page(standings: Standings) -> str:
    """Verdict, picture, mean ranks, and the benchmarks that they are over."""
    forms = " ".join(html_link(f"{ADDRESS}?format={form}", form) for form in ("json", "md", "svg"))
    lines = [
        [html_link(f"/benchmarks/{one.benchmark}", one.benchmark), *cells[1:]]
        for one, cells in zip(standings.benchmarks, benchmark_cells(standings), strict=True)
    ]
    body = [
        f"{HOME}<h1>Standings</h1>",
        "<p>Over every registered benchmark with a board, the shipped ones among them.</p>",
        "<ul>" + "".join(f"<li>{escape(one)}</li>" for one in standings.verdict) + "</ul>",
        *picture_section({"mean ranks over benchmarks": f"{ADDRESS}?format=svg"}),
        html_table(TITLES, [(standing_cells(row), "") for row in standings.estimators]),
        "<h2>Benchmarks</h2>",
        html_table(
            ("benchmark", "ranked", "none better than", "code", "device"),
            [(cells, "") for cells in lines],
        ),
        f"<div class=links>These standings as {forms}</div>",
    ]
    return html_page("Standings - Gradient Arena", body)
