"""Which training setting speaks for an estimator on a board: the best on validation, over the grid
that was run."""

from collections import defaultdict
from math import log
from typing import NamedTuple

import numpy as np

from analysis.boards.shapes import BoardQuery, ScoredRun
from analysis.records.thresholds import LEAST_SEEDS
from estimators.specs.selection import (
    SeedScore,
    SelectionRule,
    SettingKey,
    SettingScore,
    best_setting,
    setting_key,
    setting_scores,
)

# a seed that diverged weighs more than any mean
BOARD_RULE = SelectionRule(LEAST_SEEDS, shared_seeds=True, allows_diverged=True)


class Choice(NamedTuple):
    """A setting that was chosen out of a grid."""

    # of the chosen setting
    scored_runs: list[ScoredRun]
    grid: int
    # share of the compared settings within 1 nat of the best
    near_best: float | None


def choose_setting(scored_runs: list[ScoredRun], query: BoardQuery) -> Choice:
    """Of one cell's runs, by the board's rule (``BOARD_RULE``)."""
    runs: dict[SettingKey, list[ScoredRun]] = defaultdict(list)
    for scored in scored_runs:
        runs[setting_key(scored.setting)].append(scored)
    grid = {key: [_seed_score(scored) for scored in some] for key, some in runs.items()}
    best = best_setting(grid, BOARD_RULE)
    if best is None:
        return Choice([], 0, None)
    scores = list(setting_scores(grid, BOARD_RULE).values())
    return Choice(runs[best], len(runs), _near_share(scores, query))


def _seed_score(scored: ScoredRun) -> SeedScore:
    return SeedScore(
        scored.seed, scored.validation, scored.outcome == "diverged", scored.validation_end
    )


def _near_share(scores: list[SettingScore], query: BoardQuery) -> float | None:
    """On a reach board: within twice the least spend."""
    means = np.array([score.mean for score in scores if not score.diverged])
    if not np.isfinite(means).any():
        return None
    if query.axis == "reach":
        return float((np.log(means) <= np.log(means).min() + log(2)).sum() / len(scores))
    return float((means <= means.min() + 1).sum() / len(scores))
