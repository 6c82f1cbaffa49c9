"""Settles cells of a paper's tables in two stages; whoever has the folder goes on."""

from collections.abc import Iterable, Mapping

import torch

from ..devices import HOST
from ..specs.pieces import Folder
from ..specs.stages import STAGES, Stages, best_rate, confirming_cell, tuning_cell, wider_cell
from ..specs.suites import Scale, TableCell
from .suites import Say, train_cells


def settle_cells(
    cells: Iterable[TableCell],
    scale: Scale,
    folder: Folder,
    say: Say,
    stages: Mapping[str, Stages] = STAGES,
    device: torch.device = HOST,
) -> None:
    """Stage one of all cells, so that columns are level at any time; then stage two of all."""
    trainable = [cell for cell in cells if cell.spec and not cell.reason]
    tuned = {cell.id: [tuning_cell(cell, scale, stages[cell.table])] for cell in trainable}
    train_cells([one for parts in tuned.values() for one in parts], folder, say, device)
    for cell in trainable:
        if chosen_rate(tuned[cell.id], folder) == max(stages[cell.table].rates):
            tuned[cell.id].append(wider_cell(cell, scale, stages[cell.table]))
    train_cells([one for parts in tuned.values() for one in parts], folder, say, device)
    rates = {cell.id: chosen_rate(tuned[cell.id], folder) for cell in trainable}
    for name, rate in rates.items():
        say(f"{name}: " + ("every rate diverged" if rate is None else f"rate {rate}"))
    confirming = [
        confirming_cell(cell, scale, stages[cell.table], rate)
        for cell in trainable
        if (rate := rates[cell.id]) is not None
    ]
    train_cells(confirming, folder, say, device)


def chosen_rate(tuned: Iterable[TableCell], folder: Folder) -> float | None:
    """The best on validation of all that were tried.  None where every rate diverged."""
    return best_rate([folder.piece(cell) for cell in tuned])
