"""How a row of a paper's table is settled: one protocol in two stages, fixed before it runs.

Stage one trains every cell at every rate of one grid, on a seed that does not rank.  Stage two
trains fresh seeds at the rate that was best on validation, for one long budget that all columns of
a row share.
"""

from collections.abc import Sequence
from math import inf
from typing import Any

from .base import Spec
from .pieces import Piece
from .suites import EPOCH, Scale, TableCell, table_cells


class Stages(Spec):
    """What every cell of a table is given.  An epoch is 500 steps (minibatches of 100)."""

    rates: tuple[float, ...] = (0.01, 0.003, 0.001, 0.0003)
    # tried as well where the highest of the grid is the best
    beyond: float = 0.03
    tuning_seeds: tuple[int, ...] = (0,)
    tuning_steps: int = 60 * EPOCH
    seeds: tuple[int, ...] = (2, 3, 4)
    steps: int = 600 * EPOCH


STAGES = {"2": Stages(), "3": Stages(seeds=(2, 3), steps=400 * EPOCH)}


def tuning_cell(cell: TableCell, scale: Scale, stages: Stages, rates: Sequence[float]) -> TableCell:
    """Stage one of a cell, at some rates."""
    return _respent(
        cell, scale, steps=stages.tuning_steps, seeds=stages.tuning_seeds, rates=tuple(rates)
    )


def confirming_cell(cell: TableCell, scale: Scale, stages: Stages, rate: float) -> TableCell:
    """Stage two of a cell, at the rate that was chosen."""
    return _respent(cell, scale, steps=stages.steps, seeds=stages.seeds, rates=(rate,))


def best_rate(pieces: Sequence[Piece]) -> float | None:
    """The learning rate with the least mean bound on validation over the seeds, among those whose
    runs all completed.  None where there is none."""
    bounds: dict[float, list[float]] = {}
    for run in (run for piece in pieces for run in piece["runs"]):
        bounds.setdefault(run["learning_rate"], []).append(_last_bound(run))
    means = {rate: sum(values) / len(values) for rate, values in bounds.items()}
    best = min(means, key=lambda rate: (means[rate], rate), default=None)
    return best if best is not None and means[best] < inf else None


def _last_bound(run: dict[str, Any]) -> float:
    """On validation, nats; infinite where the run has none or did not complete."""
    values = run["series"].get("bound/validation", [[], []])[1]
    last = values[-1] if values and run["reason"] == "completed" else None
    return inf if last is None else float(last)


def _respent(cell: TableCell, scale: Scale, **budget: Any) -> TableCell:
    """The same cell of the table with another budget."""
    return next(one for one in table_cells(cell.suite, scale, **budget) if one.id == cell.id)
