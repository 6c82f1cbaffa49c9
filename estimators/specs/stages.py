"""How a row of a paper's table is settled: one protocol in two stages, fixed before it runs.

Stage one trains every cell at every rate of one grid, on a seed that does not rank.  Stage two
trains fresh seeds at the rate that was best on validation, for one long budget that all columns of
a row share.
"""

from math import isfinite
from typing import Any

from .base import Spec
from .pieces import Piece
from .selection import PAPER_RULE, SeedScore, SettingKey, best_setting, setting_key
from .suites import EPOCH, Scale, TableCell, table_cells


class Stages(Spec):
    """What every cell of a table is given.  An epoch is 500 steps (minibatches of 100)."""

    rates: tuple[float, ...] = (0.03, 0.01, 0.003, 0.001, 0.0003)
    tuning_seeds: tuple[int, ...] = (0,)
    tuning_steps: int = 200 * EPOCH
    seeds: tuple[int, ...] = (2, 3, 4)
    steps: int = 600 * EPOCH


STAGES = {"2": Stages(), "3": Stages(seeds=(2, 3), steps=400 * EPOCH)}


def tuning_cell(cell: TableCell, scale: Scale, stages: Stages) -> TableCell:
    """Stage one of a cell: evaluated where it starts and where it ends."""
    spent: dict[str, Any] = {"steps": stages.tuning_steps, "seeds": stages.tuning_seeds}
    return _respent(cell, scale, rates=stages.rates, looks=1, **spent)


def confirming_cell(cell: TableCell, scale: Scale, stages: Stages, rate: float) -> TableCell:
    """Stage two of a cell, at the rate that was chosen."""
    return _respent(cell, scale, steps=stages.steps, seeds=stages.seeds, rates=(rate,))


def best_rate(piece: Piece) -> float | None:
    """The learning rate that a paper's rule chooses on validation; None where it allows none."""
    grid: dict[SettingKey, list[SeedScore]] = {}
    for run in piece["runs"]:
        key = setting_key({"learning_rate": run["learning_rate"]})
        grid.setdefault(key, []).append(_seed_score(run))
    best = best_setting(grid, PAPER_RULE)
    return None if best is None else dict(best)["learning_rate"]


def _seed_score(run: dict[str, Any]) -> SeedScore:
    """By the last bound on validation, nats; a run without one is as good as diverged."""
    values = run["series"].get("bound/validation", [[], []])[1]
    last = values[-1] if values and run["reason"] == "completed" else None
    sound = last is not None and isfinite(last)
    return SeedScore(run["seed"], last if sound else None, diverged=not sound)


def _respent(cell: TableCell, scale: Scale, **budget: Any) -> TableCell:
    """The same cell of the table with another budget."""
    return next(one for one in table_cells(cell.suite, scale, **budget) if one.id == cell.id)
