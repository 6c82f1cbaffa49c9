"""Which setting an entry is confirmed at: the best on validation, over its tuning seeds."""

from collections import defaultdict
from collections.abc import Iterable
from math import isfinite
from typing import NamedTuple

from estimators.specs.selection import (
    SeedScore,
    SelectionRule,
    SettingKey,
    best_setting,
    setting_key,
    setting_scores,
)

# a registered benchmark asks the same seeds of every setting
TUNING_RULE = SelectionRule(0, shared_seeds=False, allows_diverged=True)

Setting = dict[str, float]


class Trial(NamedTuple):
    """One tuning run: its setting, its seed, and the validation bound where it ended.

    ``validation`` is infinite, or NaN, or None where the run diverged.
    """

    setting: Setting
    seed: int
    validation: float | None


def chosen_setting(trials: Iterable[Trial]) -> Setting | None:
    """The setting with the fewest diverged seeds, and of those the one with the least mean.

    Of equal ones the smallest; None where every setting diverged on every seed.
    """
    grid: dict[SettingKey, list[SeedScore]] = defaultdict(list)
    for trial in trials:
        grid[setting_key(trial.setting)].append(_seed_score(trial))
    scores = setting_scores(grid, TUNING_RULE)
    best = best_setting({key: grid[key] for key in grid if isfinite(scores[key].mean)}, TUNING_RULE)
    return None if best is None else dict(best)


def _seed_score(trial: Trial) -> SeedScore:
    sound = trial.validation is not None and isfinite(trial.validation)
    return SeedScore(trial.seed, trial.validation if sound else None, diverged=not sound)
