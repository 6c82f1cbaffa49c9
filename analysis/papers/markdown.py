"""A report as a page of Markdown."""

from collections.abc import Iterable, Mapping

from analysis.papers.shapes import Point, Report
from analysis.papers.words import (
    GRADIENT,
    HEAD,
    HOLDS,
    claimed,
    described,
    gradient,
    legend,
    places,
    row,
    valued,
)


def markdown(report: Report, pictures: Mapping[str, str] | None = None) -> str:
    """Tables, pictures (address by title), claims, gradients, and where it was trained."""
    lines = [f"# {report.suite}, {report.scale}", "", f"{report.source}; {report.provenance}.", ""]
    for name in report.tables:
        lines += [*table(report, name), *others(report, name)]
    lines += [*(f"- {line}" for line in legend(report)), ""]
    for title, address in (pictures or {}).items():
        lines += [f"![{title}]({address})", ""]
    lines += [*claims(report), *gradients(report)]
    where = [f"- {told}" for told in places(report.cells)]
    return "\n".join([*lines, *(["## Where it was trained", "", *where, ""] if where else [])])


def table(report: Report, name: str) -> list[str]:
    own = [entry for entry in report.cells if entry.table == name]
    cells = [[f"{e.row}, {e.column}", *row(e, report.comparable)] for e in own]
    about = report.tables[name]
    notes = [*about.notes, ""] if about.notes else []
    return [f"## Table {name}: {about.title}", "", *grid(("cell", *HEAD), cells), *notes]


def others(report: Report, name: str) -> list[str]:
    head = ("row", "their net", "nats per example", "how", "source")
    cells = [
        [e.row or "none", e.net, valued(e), described(e), f"{e.source}; {e.provenance}"]
        for e in report.elsewhere
        if e.table == name
    ]
    return ["The same tasks, measured by others:", "", *grid(head, cells)] if cells else []


def claims(report: Report) -> list[str]:
    cells = [
        [f"`{claim.name}`: {claim.claim}", claim.row, HOLDS[claim.holds], claimed(claim)]
        for claim in report.claims
    ]
    return (
        ["## Claims of the paper", "", *grid(("claim", "row", "", "figures"), cells)]
        if cells
        else []
    )


def gradients(report: Report) -> list[str]:
    """Of each row, along its trajectory."""
    head = ("row", "steps", "estimator", *GRADIENT)
    cells = [line for found in report.trajectories for line in point(found)]
    return ["## Gradients along the trajectory", "", *grid(head, cells)] if cells else []


def point(found: Point) -> list[list[str]]:
    return [[found.row, f"{found.at:,}", name, *gradient(one)] for name, one in found.found.items()]


def grid(head: Iterable[str], lines: Iterable[list[str]]) -> list[str]:
    """A table; short lines are filled up."""
    names = list(head)
    filled = [[*line, *[""] * (len(names) - len(line))] for line in lines]
    return [across(names), "|" + " --- |" * len(names), *map(across, filled), ""]


def across(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
