"""Every estimator of the library along the trajectories of a suite's rows."""

from pathlib import Path
from typing import NamedTuple

from analysis.records.probes import ProbeRow, probe_rows
from estimators.specs import trajectories
from estimators.specs.pieces import Folder
from estimators.specs.suites import Scale, matching_cells


class LibraryRow(NamedTuple):
    """A row of a table; ``points``: after so many steps, what each estimator's gradient was, by
    label; ``refusals``: why others do not serve, by name."""

    title: str
    points: dict[int, dict[str, ProbeRow]]
    refusals: dict[str, str]


def library_rows(suite: str, scale: Scale, results: Path) -> list[LibraryRow]:
    """Those of which a point at least is kept, from the files that ``suite probe --every`` left."""
    probes = Folder(results / suite / scale).probes
    rows = []
    for row in trajectories.table_rows(matching_cells(suite, scale)):
        reports = trajectories.library_points(probes, row)
        points = {
            report.probe.at: {one.label: one for one in probe_rows(report)} for report in reports
        }
        refusals = {one.estimator.name: one.reason for each in reports for one in each.refused}
        if points:
            rows.append(LibraryRow(f"Table {row[0].table}, {row[0].row}", points, refusals))
    return rows
