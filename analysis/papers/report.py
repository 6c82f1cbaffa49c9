"""A suite's report: of cells, and of the pieces that were trained of each."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any

from analysis.papers.claims import claims
from analysis.papers.measured import entry
from analysis.papers.shapes import Caption, Elsewhere, Gradient, Point, Report
from estimators.specs import trajectories
from estimators.specs.findings import GradientQuantities
from estimators.specs.findings import Report as Probed
from estimators.specs.kept import Folder, Piece
from estimators.specs.suites import Cell, Scale, cells, elsewhere, published

Pieces = Callable[[Cell], list[Piece]]
Kept = Callable[[list[Cell]], list[Probed]]


def chosen(suite: str, scale: Scale, pattern: str = "*", **spent: Any) -> list[Cell]:
    """The cells whose id fits; ``spent``: other than the scale's."""
    return [cell for cell in cells(suite, scale, **spent) if fnmatchcase(cell.id, pattern)]


def report(
    suite: str, scale: Scale, some: list[Cell], pieces: Pieces, probed: list[Point] | None = None
) -> Report:
    """Some cells of a suite.  On digits data and nets are not the paper's, and are not held against
    it."""
    entries = [entry(cell, pieces(cell)) for cell in some]
    about = published(suite)
    return Report(
        suite=suite,
        scale=scale,
        **{name: about[name] for name in ("source", "provenance", "unit", "selection")},
        comparable=scale != "digits",
        tables={
            name: captioned(about["tables"][name]) for name in {cell.table: None for cell in some}
        },
        cells=entries,
        claims=claims(entries),
        elsewhere=[
            one for one in map(Elsewhere.model_validate, elsewhere(suite)) if near(one, some)
        ],
        trajectories=probed or [],
    )


def captioned(table: dict[str, Any]) -> Caption:
    return Caption(title=table["title"], notes=table["notes"])


def near(found: Elsewhere, some: list[Cell]) -> bool:
    """Whether cells are of that row, or of that table where it has no row."""
    return any(cell.table == found.table and found.row in (None, cell.row) for cell in some)


def of_folder(suite: str, scale: Scale, results: Path, pattern: str = "*") -> Report:
    """From the files that ``suite run`` kept."""
    folder = Folder(results / suite / scale)
    some = chosen(suite, scale, pattern)
    kept = partial(trajectories.points, folder.probes)
    return report(suite, scale, some, folder.pieces, points(kept, suite, scale, some))


def points(kept: Kept, suite: str, scale: Scale, some: list[Cell]) -> list[Point]:
    """Along the trajectories of the rows that these cells are of."""
    wanted = {(cell.table, cell.row) for cell in some}
    return [
        point(row, found)
        for row in trajectories.rows(chosen(suite, scale))
        if (row[0].table, row[0].row) in wanted
        for found in kept(row)
    ]


def point(row: list[Cell], found: Probed) -> Point:
    spec, columns = found.probe, trajectories.by_column(found, row)
    rate = spec.training.learning_rate
    assert isinstance(rate, float)
    return Point(
        table=row[0].table,
        row=row[0].row,
        at=spec.at,
        trained_by=spec.trainer.name,
        learning_rate=rate,
        exact=found.exact,
        found={column: gradient(one.parts["all"]) for column, one in columns.items()},
    )


def gradient(found: GradientQuantities) -> Gradient:
    return Gradient(log_ratio=found.log_ratio, bias=found.bias, cosine=found.cosine)
