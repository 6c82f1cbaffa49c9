"""A suite's report: of cells, and of the pieces that were trained of each."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from analysis.papers.claims import paper_claims
from analysis.papers.predictions import predicted_ends
from analysis.papers.results import cell_result
from analysis.papers.shapes import Caption, Elsewhere, Gradient, Point, SuiteReport
from analysis.papers.training import TrainedPiece, piece_records
from estimators.specs import trajectories
from estimators.specs.findings import EstimatorFindings
from estimators.specs.findings import Report as Probed
from estimators.specs.pieces import Folder
from estimators.specs.suites import (
    Scale,
    TableCell,
    matching_cells,
    other_measurements,
    published_tables,
)

Pieces = Callable[[TableCell], list[TrainedPiece]]
Kept = Callable[[list[TableCell]], list[Probed]]


def suite_report(
    suite: str,
    scale: Scale,
    some: list[TableCell],
    pieces: Pieces,
    probed: list[Point] | None = None,
) -> SuiteReport:
    """Some cells of a suite.  On digits data and nets are not the paper's, and are not held against
    it."""
    entries = predicted_ends([cell_result(cell, pieces(cell)) for cell in some])
    about = published_tables(suite)
    return SuiteReport(
        suite=suite,
        scale=scale,
        **{name: about[name] for name in ("source", "provenance", "unit", "selection")},
        comparable=scale != "digits",
        tables={
            name: table_caption(about["tables"][name])
            for name in {cell.table: None for cell in some}
        },
        cells=entries,
        claims=paper_claims(entries),
        elsewhere=[
            one
            for one in map(Elsewhere.model_validate, other_measurements(suite))
            if same_task(one, some)
        ],
        trajectories=probed or [],
    )


def table_caption(table: dict[str, Any]) -> Caption:
    return Caption(title=table["title"], notes=table["notes"])


def same_task(measurement: Elsewhere, some: list[TableCell]) -> bool:
    """Whether cells are of that row, or of that table where it has no row."""
    return any(
        cell.table == measurement.table and measurement.row in (None, cell.row) for cell in some
    )


def folder_report(suite: str, scale: Scale, results: Path, pattern: str = "*") -> SuiteReport:
    """From the files that ``suite run`` kept."""
    folder = Folder(results / suite / scale)
    some = matching_cells(suite, scale, pattern)
    row_reports = partial(trajectories.stored_points, folder.probes)
    points = trajectory_points(row_reports, suite, scale, some)
    pieces = lambda cell: [piece_records(piece) for piece in folder.pieces(cell)]
    return suite_report(suite, scale, some, pieces, points)


def trajectory_points(
    row_reports: Kept, suite: str, scale: Scale, some: list[TableCell]
) -> list[Point]:
    """Along the trajectories of the rows that these cells are of."""
    wanted = {(cell.table, cell.row) for cell in some}
    return [
        trajectory_point(row, point_report)
        for row in trajectories.table_rows(matching_cells(suite, scale))
        if (row[0].table, row[0].row) in wanted
        for point_report in row_reports(row)
    ]


def trajectory_point(row: list[TableCell], point_report: Probed) -> Point:
    spec, columns = point_report.probe, trajectories.column_findings(point_report, row)
    rate = spec.training.learning_rate
    assert isinstance(rate, float)
    return Point(
        table=row[0].table,
        row=row[0].row,
        at=spec.at,
        trained_by=spec.trainer.name,
        learning_rate=rate,
        exact=point_report.exact,
        found={column: gradient_values(one) for column, one in columns.items()},
    )


def gradient_values(findings: EstimatorFindings) -> Gradient:
    """Variance and bias of the encoder, as in a probe's table; the direction that training takes is
    that of the whole."""
    encoder = findings.encoder
    return Gradient(
        log_ratio=encoder.log_ratio,
        bias=encoder.bias,
        cosine=findings.parts["all"].cosine,
        warm_up=findings.warm_up,
    )
