"""Which training setting speaks for an estimator: the best on validation, over the grid that was
run."""

from collections import defaultdict
from math import log
from typing import NamedTuple

import numpy as np

from analysis.boards.shapes import BoardQuery, ScoredRun
from analysis.records.runs import SettingKey, setting_key


class Choice(NamedTuple):
    scored_runs: list[ScoredRun]  # of the chosen setting
    grid: int
    near_best: float | None  # share of the grid within 1 nat of the best


class _Standing(NamedTuple):
    """How a setting fares on the seeds that are compared; less is better."""

    diverged: int
    mean: float


def choose_setting(scored_runs: list[ScoredRun], query: BoardQuery) -> Choice:
    """Settings with fewer than five seeds are chosen only where none has more.  Means are over the
    seeds that the settings share, or each setting's own if they share none; a diverged seed weighs
    more than any mean."""
    if not scored_runs:
        return Choice([], 0, None)
    grid: dict[SettingKey, list[ScoredRun]] = defaultdict(list)
    for scored in scored_runs:
        grid[setting_key(scored.setting)].append(scored)
    shared = set.intersection(*({scored.seed for scored in runs} for runs in grid.values()))
    standings = {key: _standing(runs, shared) for key, runs in grid.items()}
    enough = [key for key in grid if len(grid[key]) >= 5] or list(grid)
    best = min(enough, key=lambda key: (standings[key], key))
    return Choice(grid[best], len(grid), _near_share(list(standings.values()), query))


def _standing(runs: list[ScoredRun], shared: set[int]) -> _Standing:
    asked = [scored for scored in runs if scored.seed in shared or not shared]
    values = [scored.validation for scored in asked if scored.validation is not None]
    return _Standing(
        sum(e.outcome == "diverged" for e in asked),
        float(np.mean(values)) if values else float("inf"),
    )


def _near_share(standings: list[_Standing], query: BoardQuery) -> float | None:
    """On a reach board: within twice the least spend."""
    means = np.array([standing.mean for standing in standings if not standing.diverged])
    if not np.isfinite(means).any():
        return None
    if query.axis == "reach":
        return float((np.log(means) <= np.log(means).min() + log(2)).sum() / len(standings))
    return float((means <= means.min() + 1).sum() / len(standings))
