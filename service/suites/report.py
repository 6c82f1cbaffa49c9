"""A suite's report: of cells, and of the pieces that were trained of each."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

from estimators.specs.kept import Folder, Piece
from estimators.specs.suites import Cell, Scale, cells, published

from .claims import claims
from .measured import entry
from .shapes import Report

Pieces = Callable[[Cell], list[Piece]]


def chosen(suite: str, scale: Scale, pattern: str = "*") -> list[Cell]:
    """The cells whose id fits."""
    return [cell for cell in cells(suite, scale) if fnmatchcase(cell.id, pattern)]


def report(suite: str, scale: Scale, some: list[Cell], pieces: Pieces) -> Report:
    """Some cells of a suite.  On digits data and nets are not the paper's, and are not held against it."""
    entries = [entry(cell, pieces(cell)) for cell in some]
    about = published(suite)
    return Report(
        suite=suite,
        scale=scale,
        **{name: about[name] for name in ("source", "provenance", "unit", "selection")},
        comparable=scale != "digits",
        cells=entries,
        claims=claims(entries),
    )


def of_folder(suite: str, scale: Scale, results: Path, pattern: str = "*") -> Report:
    """From the files that ``suite run`` kept."""
    folder = Folder(results / suite / scale)
    return report(suite, scale, chosen(suite, scale, pattern), folder.pieces)
