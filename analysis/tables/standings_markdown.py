"""Standings as Markdown, and their cells for pages and terminals."""

from analysis.ledger.standings import EstimatorStanding, Standings
from analysis.records.phrases import interval_text
from analysis.tables.paper_markdown import grid_lines

TITLES = ("estimator", "mean rank", "benchmarks", "none better on", "worth its cost on")


def standings_markdown(standings: Standings) -> str:
    lines = ["# Standings", "", *(f"- {sentence}" for sentence in standings.verdict), ""]
    lines += grid_lines(TITLES, [standing_cells(row) for row in standings.estimators])
    head = ("benchmark", "ranked", "none better than", "code", "device")
    return "\n".join([*lines, *grid_lines(head, benchmark_cells(standings))])


def standing_cells(row: EstimatorStanding) -> list[str]:
    """In the order of TITLES."""
    return [
        row.label,
        interval_text(row.mean_rank),
        str(row.ran_on),
        ", ".join(row.first_on),
        ", ".join(row.worth_on),
    ]


def benchmark_cells(standings: Standings) -> list[list[str]]:
    """A line a benchmark: how many it ranks, the best, and what trained them."""
    return [
        [
            one.benchmark + (", shipped" if one.shipped else ""),
            f"{one.ranked}" + (f", {one.entered} entered here" if one.entered else ""),
            ", ".join(one.first),
            one.code or "unknown",
            one.device or "unknown",
        ]
        for one in standings.benchmarks
    ]
