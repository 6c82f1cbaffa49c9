"""What every estimator's gradient is worth along a suite's trajectories, as a page of Markdown."""

from collections.abc import Sequence

from analysis.papers.library import LibraryRow
from analysis.records.phrases import cost_text
from analysis.tables.paper_markdown import grid_lines
from analysis.tables.probe_values import QUANTITIES

LEGEND = """\
Gradients of the encoder at frozen parameters, where leave-one-out with two draws stands after so
many steps; every estimator of the library at its defaults, its memory settled or after 3,200 steps.
The variance ratio is to two-draw leave-one-out; the cosine is of the expected gradient and the true
one; brackets are 95% intervals, and - where a value drowns in noise.  By variance at the last
point, the least first.
"""


def library_markdown(suite: str, scale: str, rows: Sequence[LibraryRow]) -> str:
    lines = [f"# {suite}, {scale}: every estimator's gradients", "", LEGEND]
    for row in rows:
        lines += [f"## {row.title}", "", *row_lines(row)]
    return "\n".join(lines)


def row_lines(row: LibraryRow) -> list[str]:
    """A line an estimator, a column a quantity and point."""
    steps = list(row.points)
    head = ["estimator", "evaluations/step"]
    head += [f"{name}, {step:,}" for name in QUANTITIES for step in steps]
    last = row.points[steps[-1]]
    cells = [
        [label, cost_text(one.forward, one.backward), *quantity_cells(row, label)]
        for label, one in last.items()
    ]
    return [*grid_lines(head, cells), *refusal_lines(row)]


def quantity_cells(row: LibraryRow, label: str) -> list[str]:
    """Empty where an estimator was not measured at a point."""
    measured = [points.get(label) for points in row.points.values()]
    return [text(one) if one else "" for text in QUANTITIES.values() for one in measured]


def refusal_lines(row: LibraryRow) -> list[str]:
    if not row.refusals:
        return []
    names = ", ".join(f"`{name}`" for name in sorted(row.refusals))
    return [f"Not for this net, or its objective: {names}.", ""]
