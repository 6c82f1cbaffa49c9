"""A paper's own rows that were trained in full, as a table of Markdown."""

from collections.abc import Iterator

from analysis.ledger.rival_counts import YEAR
from analysis.papers.shapes import CellResult, Elsewhere, SuiteReport
from analysis.records.phrases import margin_text
from analysis.tables.paper_markdown import grid_lines

TITLES = ("row", "steps", "seeds", "test bounds here", "MuProp and the lowest, measured by others")
INTRODUCTION = (
    "At its size the paper's own columns were trained here, and no later estimator.  Below are the "
    "rows that are whole at one length of training: test bounds in nats with the rate chosen on "
    "validation, the lowest first.  [full.md](../results/muprop-2016/full.md) has all cells beside "
    "the published numbers, and the paper's claims; "
    "[README.md](../results/muprop-2016/README.md) says how they were trained."
)


def settled_lines(report: SuiteReport) -> list[str]:
    """Of a row: its bounds here, and on its task elsewhere."""
    rows = [_row_cells(cells, report.elsewhere) for cells in settled_rows(report)]
    return [INTRODUCTION, "", *grid_lines(TITLES, rows)]


def settled_rows(report: SuiteReport) -> Iterator[list[CellResult]]:
    """Of which every column has a bound over several seeds, at one length of training."""
    rows: dict[tuple[str, str], list[CellResult]] = {}
    for cell in report.cells:
        rows.setdefault((cell.table, cell.row), []).append(cell)
    for cells in rows.values():
        modes = [cell.measured.ours for cell in cells if cell.measured and cell.measured.ours]
        whole = len(modes) == len(cells) and all(mode.bound.low is not None for mode in modes)
        if whole and len({cell.steps for cell in cells}) == 1:
            yield cells


def _row_cells(cells: list[CellResult], elsewhere: list[Elsewhere]) -> list[str]:
    first = cells[0]
    bounds = [
        (mode.bound.mean, f"{cell.column} {margin_text(mode.bound)}")
        for cell in cells
        if cell.measured and (mode := cell.measured.ours)
    ]
    others = [
        text
        for one in elsewhere
        if (one.table, one.row) == (first.table, first.row) and (text := best_elsewhere(one))
    ]
    return [
        f"Table {first.table}, {first.row}",
        f"{first.steps:,}",
        str(min(cell.seeds for cell in cells)),
        ", ".join(text for _, text in sorted(bounds)),
        "; ".join(others) or "-",
    ]


def best_elsewhere(measurement: Elsewhere) -> str | None:
    """MuProp's value and the lowest of a source; None where it has no MuProp."""
    values = measurement.values
    if "MuProp" not in values:
        return None
    best, year = min(values, key=lambda name: values[name]), YEAR.search(measurement.source)
    author = " ".join([measurement.source.split(",")[0], "et al.", year[0] if year else ""])
    return f"{author.strip()}: {values['MuProp']:g}, {best} {values[best]:g}"
