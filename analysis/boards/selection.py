"""Which training setting speaks for an estimator: the best on validation, over the grid that was
run."""

from collections import defaultdict
from math import log
from typing import NamedTuple

import numpy as np

from analysis.boards.shapes import Entry, Place, Question, place_of


class Choice(NamedTuple):
    entries: list[Entry]  # of the chosen setting
    grid: int
    near_best: float | None  # share of the grid within 1 nat of the best


class _Standing(NamedTuple):
    """How a setting fares on the seeds that are compared; less is better."""

    diverged: int
    mean: float


def choose(entries: list[Entry], question: Question) -> Choice:
    """Settings with fewer than five seeds are chosen only where none has more.  Means are over the
    seeds that the settings share, or each setting's own if they share none; a diverged seed weighs
    more than any mean."""
    if not entries:
        return Choice([], 0, None)
    grid: dict[Place, list[Entry]] = defaultdict(list)
    for entry in entries:
        grid[place_of(entry.setting)].append(entry)
    shared = set.intersection(*({entry.seed for entry in runs} for runs in grid.values()))
    standings = {place: _standing(runs, shared) for place, runs in grid.items()}
    enough = [place for place in grid if len(grid[place]) >= 5] or list(grid)
    best = min(enough, key=lambda place: (standings[place], place))
    return Choice(grid[best], len(grid), _near(list(standings.values()), question))


def _standing(runs: list[Entry], shared: set[int]) -> _Standing:
    asked = [entry for entry in runs if entry.seed in shared or not shared]
    values = [entry.validation for entry in asked if entry.validation is not None]
    return _Standing(
        sum(e.outcome == "diverged" for e in asked),
        float(np.mean(values)) if values else float("inf"),
    )


def _near(standings: list[_Standing], question: Question) -> float | None:
    """On a reach board: within twice the least spend."""
    means = np.array([standing.mean for standing in standings if not standing.diverged])
    if not np.isfinite(means).any():
        return None
    if question.board == "reach":
        return float((np.log(means) <= np.log(means).min() + log(2)).sum() / len(standings))
    return float((means <= means.min() + 1).sum() / len(standings))
