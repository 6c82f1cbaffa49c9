"""Settles cells of a paper's tables in two stages; whoever has the folder goes on."""

from collections.abc import Iterable, Mapping

import torch

from ..devices import HOST
from ..specs.pieces import Folder
from ..specs.stages import STAGES, Stages, best_rate, confirming_cell, tuning_cell
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
    tuned = [tuning_cell(cell, scale, stages[cell.table]) for cell in trainable]
    train_cells(tuned, folder, say, device)
    confirming = []
    for cell, trial in zip(trainable, tuned, strict=True):
        rate = best_rate(folder.piece(trial))
        say(f"{cell.id}: " + ("every rate diverged" if rate is None else f"rate {rate}"))
        if rate is not None:
            confirming.append(confirming_cell(cell, scale, stages[cell.table], rate))
    train_cells(confirming, folder, say, device)
