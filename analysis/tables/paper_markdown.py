"""A report as a page of Markdown."""

from collections.abc import Iterable, Mapping

from analysis.papers.shapes import Point, SuiteReport
from analysis.tables.paper_phrases import (
    GRADIENT,
    HEAD,
    HOLDS,
    claim_figures,
    gradient_cells,
    measure_text,
    report_legend,
    result_cells,
    training_environments,
    value_list,
)


def report_markdown(report: SuiteReport, pictures: Mapping[str, str] | None = None) -> str:
    """Tables, pictures (address by title), claims, gradients, and where it was trained."""
    lines = [f"# {report.suite}, {report.scale}", "", f"{report.source}; {report.provenance}.", ""]
    for name in report.tables:
        lines += [*table_section(report, name), *other_sources(report, name)]
    lines += [*(f"- {line}" for line in report_legend(report)), ""]
    for title, address in (pictures or {}).items():
        lines += [f"![{title}]({address})", ""]
    lines += [*claims_section(report), *gradients_section(report)]
    where = [f"- {environment}" for environment in training_environments(report.cells)]
    return "\n".join([*lines, *(["## Where it was trained", "", *where, ""] if where else [])])


def table_section(report: SuiteReport, name: str) -> list[str]:
    entries = [entry for entry in report.cells if entry.table == name]
    cells = [[f"{e.row}, {e.column}", *result_cells(e, report.comparable)] for e in entries]
    about = report.tables[name]
    notes = [*about.notes, ""] if about.notes else []
    return [f"## Table {name}: {about.title}", "", *grid_lines(("cell", *HEAD), cells), *notes]


def other_sources(report: SuiteReport, name: str) -> list[str]:
    head = ("row", "their net", "nats per example", "how", "source")
    cells = [
        [e.row or "none", e.net, value_list(e), measure_text(e), f"{e.source}; {e.provenance}"]
        for e in report.elsewhere
        if e.table == name
    ]
    return ["The same tasks, measured by others:", "", *grid_lines(head, cells)] if cells else []


def claims_section(report: SuiteReport) -> list[str]:
    cells = [
        [f"`{claim.name}`: {claim.claim}", claim.row, HOLDS[claim.holds], claim_figures(claim)]
        for claim in report.claims
    ]
    return (
        ["## Claims of the paper", "", *grid_lines(("claim", "row", "", "figures"), cells)]
        if cells
        else []
    )


def gradients_section(report: SuiteReport) -> list[str]:
    """Of each row, along its trajectory."""
    head = ("row", "steps", "estimator", *GRADIENT)
    cells = [line for point in report.trajectories for line in point_lines(point)]
    return ["## Gradients along the trajectory", "", *grid_lines(head, cells)] if cells else []


def point_lines(point: Point) -> list[list[str]]:
    return [
        [point.row, f"{point.at:,}", name, *gradient_cells(one)]
        for name, one in point.found.items()
    ]


def grid_lines(head: Iterable[str], lines: Iterable[list[str]]) -> list[str]:
    """A table; short lines are filled up."""
    names = list(head)
    filled = [[*line, *[""] * (len(names) - len(line))] for line in lines]
    return [grid_line(names), "|" + " --- |" * len(names), *map(grid_line, filled), ""]


def grid_line(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
