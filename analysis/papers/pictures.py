"""Which pictures a report has, by name and title: pages list them without loading what draws."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from analysis.papers.shapes import CellResult, Point, SuiteReport
from estimators.specs.suites import file_name


class ReportPicture(NamedTuple):
    """Of a table's row: training costs of its cells, or gradients at points of a trajectory."""

    # for a file
    name: str
    title: str
    cells: Sequence[CellResult] = ()
    points: Sequence[Point] = ()


def report_pictures(report: SuiteReport) -> Iterator[ReportPicture]:
    """All that the report shows along steps."""
    for (table, row), cells in measured_rows(report).items():
        title = f"Table {table}, {row}: training costs"
        yield ReportPicture(file_name(table, row), title, cells=cells)
    points: dict[tuple[str, str], list[Point]] = {}
    for point in report.trajectories:
        points.setdefault((point.table, point.row), []).append(point)
    for (table, row), some in points.items():
        title = f"Table {table}, {row}: gradients"
        yield ReportPicture(f"{file_name(table, row)}-gradients", title, points=some)


def measured_rows(report: SuiteReport) -> dict[tuple[str, str], list[CellResult]]:
    """The cells of every row (table, row) of which something was measured."""
    rows: dict[tuple[str, str], list[CellResult]] = {}
    for cell in report.cells:
        rows.setdefault((cell.table, cell.row), []).append(cell)
    return {row: cells for row, cells in rows.items() if any(cell.measured for cell in cells)}
