"""Along which trajectory the estimators of a suite's row are measured, and what is kept of it."""

from pathlib import Path

from .findings import EstimatorFindings, Report
from .probe import Probe
from .suites import TableCell, file_name

STEPS = (0, 100, 600)  # at which parameters are frozen, if nothing else is said
# With what points were measured before estimators had to settle: all of these steps, at the
# trajectory's rate.  Such a point counts until it is measured again.
EARLIER_WARM_UP = 100


def table_rows(cells: list[TableCell]) -> list[list[TableCell]]:
    """The cells that have an experiment, row by row."""
    rows: dict[tuple[str, str], list[TableCell]] = {}
    for cell in cells:
        if cell.spec:
            rows.setdefault((cell.table, cell.row), []).append(cell)
    return list(rows.values())


def trajectory_probe(row: list[TableCell], at: int, every: bool = False) -> Probe:
    """All estimators of a row, or with ``every`` of the library, where leave-one-out with two draws
    stands after ``at`` steps at the second of the scale's learning rates, whatever rate each
    estimator would choose for itself."""
    spec = row[0].spec
    assert spec
    rates = spec.training.learning_rate
    rate = rates if isinstance(rates, float) else rates[min(1, len(rates) - 1)]
    training = spec.training.model_copy(update={"learning_rate": rate, "steps": max(at, 1)})
    about = {"model": spec.model, "dataset": spec.dataset, "training": training, "at": at}
    columns = tuple(cell.spec.estimator for cell in row if cell.spec)
    return Probe(**about, estimators="all" if every else columns)


def point_file(folder: Path, row: list[TableCell], at: int, every: bool = False) -> Path:
    """Of one point."""
    digest = trajectory_probe(row, at, every).digest[:8]
    return folder / f"{row_name(row)}.{at}.{digest}.json"


def row_name(row: list[TableCell]) -> str:
    """Fit for a file."""
    return file_name(row[0].table, row[0].row)


def stored_points(folder: Path, row: list[TableCell]) -> list[Report]:
    """Those that are kept of a row, in the order of steps; other probes than those of this row are
    not.  Of two at one step, the one where estimators had settled."""
    of_row: dict[int, Report] = {}
    for report in row_reports(folder, row):
        wanted = trajectory_probe(row, report.probe.at)
        if report.probe == wanted:
            of_row[wanted.at] = report
        elif report.probe == wanted.model_copy(update={"warm_up": EARLIER_WARM_UP}):
            of_row.setdefault(wanted.at, report)
    return [of_row[at] for at in sorted(of_row)]


def library_points(folder: Path, row: list[TableCell]) -> list[Report]:
    """Of every estimator of the library: those that are kept of a row, in the order of steps."""
    reports = [
        report
        for report in row_reports(folder, row)
        if report.probe == trajectory_probe(row, report.probe.at, every=True)
    ]
    return sorted(reports, key=lambda report: report.probe.at)


def row_reports(folder: Path, row: list[TableCell]) -> list[Report]:
    """All that is kept of a row, of whatever estimators."""
    paths = folder.glob(f"{row_name(row)}.*.json")
    return [Report.model_validate_json(path.read_text()) for path in paths]


def column_findings(report: Report, row: list[TableCell]) -> dict[str, EstimatorFindings]:
    """What was found of each column's estimator."""
    return {
        cell.column: findings
        for cell in row
        for findings in report.found
        if cell.spec and findings.estimator == cell.spec.estimator
    }
