"""The page of standings over all registered benchmarks."""

from analysis.ledger.standings import EstimatorStanding, Standings
from analysis.pages.html import HOME, html_link, html_page, html_table, link_row, sentence_list
from analysis.pages.pictures import picture_section
from analysis.pages.ranking import estimator_link
from analysis.tables.standings_markdown import TITLES, benchmark_cells, standing_cells

ADDRESS = "/v1/standings"


def standings_page(standings: Standings) -> str:
    """Verdict, picture, mean ranks, and the benchmarks that they are over."""
    forms = [html_link(f"{ADDRESS}?format={form}", form) for form in ("json", "md", "svg")]
    lines = [
        [html_link(f"/benchmarks/{one.benchmark}", one.benchmark), *cells[1:]]
        for one, cells in zip(standings.benchmarks, benchmark_cells(standings), strict=True)
    ]
    compared = standings.critical_difference is not None
    pictures = {"Mean ranks over benchmarks": f"{ADDRESS}?format=svg"} if compared else {}
    if compared:
        pictures["How soon targets are met"] = f"{ADDRESS}/profiles?format=svg"
    titles = TITLES if standings.estimators else ()
    body = [
        f"{HOME}<h1>Standings</h1>",
        "<p>Over every registered benchmark with a board, the shipped ones among them.</p>",
        sentence_list(standings.verdict),
        *picture_section(pictures),
        html_table(titles, [(_linked_cells(row), "") for row in standings.estimators], sorts=True),
        "<h2>Benchmarks</h2>",
        html_table(
            ("benchmark", "ranked", "none better than", "code", "device"),
            [(cells, "") for cells in lines],
        ),
        link_row(forms, "These standings as"),
        link_row([html_link(f"{ADDRESS}/profiles", "json")], "How soon targets are met, as"),
    ]
    return html_page("Standings - Gradient Arena", body, scripts=("board.js",))


def _linked_cells(row: EstimatorStanding) -> list[str]:
    """Its name leads to the page of the estimator."""
    return [estimator_link(row.label), *standing_cells(row)[1:]]
