"""Settles cells of a paper's tables in two stages; whoever has the folder goes on."""

from collections.abc import Iterable, Mapping

from ..specs.pieces import Folder, Piece
from ..specs.stages import STAGES, Stages, best_rate, confirming_cell, tuning_cell
from ..specs.suites import Scale, TableCell
from .suites import Say, train_cells


def settle_cells(
    cells: Iterable[TableCell],
    scale: Scale,
    folder: Folder,
    say: Say,
    stages: Mapping[str, Stages] = STAGES,
) -> None:
    """Stage one of all cells, so that columns are level at any time; then stage two of each."""
    trainable = [cell for cell in cells if cell.spec and not cell.reason]
    rates = {
        cell.id: tuned_rate(cell, scale, folder, say, stages[cell.table]) for cell in trainable
    }
    for cell in trainable:
        rate = rates[cell.id]
        if rate is None:
            say(f"{cell.id}: every rate diverged")
            continue
        train_cells([confirming_cell(cell, scale, stages[cell.table], rate)], folder, say)


def tuned_rate(
    cell: TableCell, scale: Scale, folder: Folder, say: Say, stages: Stages
) -> float | None:
    """The best rate on validation after stage one, with the rate beyond the grid where the grid's
    highest is the best.  None where every rate diverged."""
    tuned = [_trained_piece(tuning_cell(cell, scale, stages, stages.rates), folder, say)]
    if best_rate(tuned) == max(stages.rates):
        wider = tuning_cell(cell, scale, stages, (stages.beyond,))
        tuned.append(_trained_piece(wider, folder, say))
    rate = best_rate(tuned)
    say(f"{cell.id}: rate {rate}")
    return rate


def _trained_piece(cell: TableCell, folder: Folder, say: Say) -> Piece:
    """Trained here, or before."""
    train_cells([cell], folder, say)
    return folder.piece(cell)
