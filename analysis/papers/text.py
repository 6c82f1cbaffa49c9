"""A report for a terminal."""

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


def text(report: Report) -> str:
    parts = [table(report), legend(report), claims(report), others(report)]
    parts += [point(found) for found in report.trajectories]
    parts += [[f"trained on {where}" for where in places(report.cells)]]
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part) + "\n"


def table(report: Report) -> list[str]:
    """A line a cell; a reason takes the rest of its line."""
    lines = [["cell", *HEAD]]
    lines += [[f"{e.table}: {e.row}, {e.column}", *row(e, report.comparable)] for e in report.cells]
    return aligned(lines)


def aligned(lines: list[list[str]]) -> list[str]:
    """Columns below their heads; in lines that are shorter than the head, the last is as wide as it
    is."""
    full = [line for line in lines if len(line) == len(lines[0])]
    widths = [max(len(line[at]) for line in full) for at in range(len(lines[0]))]
    widths[0] = max(len(line[0]) for line in lines)
    return ["  ".join(placed(line, widths)).rstrip() for line in lines]


def placed(line: list[str], widths: list[int]) -> list[str]:
    inner = [cell.rjust(width) for cell, width in zip(line[1:-1], widths[1:])]
    last = line[-1].rjust(widths[-1]) if len(line) == len(widths) else line[-1]
    return [line[0].ljust(widths[0]), *inner, last]


def claims(report: Report) -> list[str]:
    return [
        f"{HOLDS[claim.holds]:14s} {claim.name}, {claim.row}: {claimed(claim)}"
        for claim in report.claims
    ]


def others(report: Report) -> list[str]:
    lines = []
    for found in report.elsewhere:
        net = f"{found.table}: {found.row or 'no row of the suite'}; their net {found.net}"
        lines += [
            f"elsewhere      {net}: {valued(found)}",
            f"{'':15s}{described(found)}  {found.source}.",
        ]
    return lines


def point(found: Point) -> list[str]:
    """Gradients at one point of a row's trajectory."""
    lines = [["estimator", *GRADIENT]]
    lines += [[name, *gradient(one)] for name, one in found.found.items()]
    return [f"gradients of {found.table}: {found.row} after {found.at:,} steps", *aligned(lines)]
