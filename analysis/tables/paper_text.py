"""A report for a terminal."""

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


def report_text(report: SuiteReport) -> str:
    parts = [table_lines(report), report_legend(report), claim_lines(report), other_lines(report)]
    parts += [gradient_table(point) for point in report.trajectories]
    parts += [[f"trained on {where}" for where in training_environments(report.cells)]]
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part) + "\n"


def table_lines(report: SuiteReport) -> list[str]:
    """A line a cell; a reason takes the rest of its line."""
    lines = [["cell", *HEAD]]
    lines += [
        [f"{e.table}: {e.row}, {e.column}", *result_cells(e, report.comparable)]
        for e in report.cells
    ]
    return aligned_lines(lines)


def aligned_lines(lines: list[list[str]]) -> list[str]:
    """Columns below their heads; in lines that are shorter than the head, the last is as wide as it
    is."""
    full = [line for line in lines if len(line) == len(lines[0])]
    widths = [max(len(line[at]) for line in full) for at in range(len(lines[0]))]
    widths[0] = max(len(line[0]) for line in lines)
    return ["  ".join(padded_cells(line, widths)).rstrip() for line in lines]


def padded_cells(line: list[str], widths: list[int]) -> list[str]:
    inner = [cell.rjust(width) for cell, width in zip(line[1:-1], widths[1:], strict=False)]
    last = line[-1].rjust(widths[-1]) if len(line) == len(widths) else line[-1]
    return [line[0].ljust(widths[0]), *inner, last]


def claim_lines(report: SuiteReport) -> list[str]:
    return [
        f"{HOLDS[claim.holds]:14s} {claim.name}, {claim.row}: {claim_figures(claim)}"
        for claim in report.claims
    ]


def other_lines(report: SuiteReport) -> list[str]:
    lines = []
    for measurement in report.elsewhere:
        net = (
            f"{measurement.table}: {measurement.row or 'no row of the suite'}; their net "
            f"{measurement.net}"
        )
        lines += [
            f"elsewhere      {net}: {value_list(measurement)}",
            f"{'':15s}{measure_text(measurement)}  {measurement.source}.",
        ]
    return lines


def gradient_table(point: Point) -> list[str]:
    """Gradients at one point of a row's trajectory."""
    lines = [["estimator", *GRADIENT]]
    lines += [[name, *gradient_cells(one)] for name, one in point.found.items()]
    return [
        f"gradients of {point.table}: {point.row} after {point.at:,} steps",
        *aligned_lines(lines),
    ]
