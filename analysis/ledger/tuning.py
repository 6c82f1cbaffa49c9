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
# stands before the names of a setting, so that it decides first between equal ones
CANDIDATE = "candidate"

Setting = dict[str, float]


class Trial(NamedTuple):
    """One tuning run: its setting, its seed, the validation bound where it ended, and which of its
    entry's candidates it tries.

    ``validation`` is infinite, or NaN, or None where the run diverged.
    """

    setting: Setting
    seed: int
    validation: float | None
    candidate: int = 0


class Choice(NamedTuple):
    """What tuning chooses: a setting of the grid, and one of the entry's candidates."""

    setting: Setting
    candidate: int


def chosen_trial(trials: Iterable[Trial]) -> Choice | None:
    """The setting with the fewest diverged seeds, and of those the one with the least mean.

    Of equal ones the first candidate's, and the smallest; None where every setting diverged on
    every seed.
    """
    grid: dict[SettingKey, list[SeedScore]] = defaultdict(list)
    for trial in trials:
        tried = trial.setting | {CANDIDATE: float(trial.candidate)}
        grid[setting_key(tried)].append(_seed_score(trial))
    scores = setting_scores(grid, TUNING_RULE)
    best = best_setting({key: grid[key] for key in grid if isfinite(scores[key].mean)}, TUNING_RULE)
    if best is None:
        return None
    setting = dict(best)
    return Choice(candidate=int(setting.pop(CANDIDATE)), setting=setting)


def _seed_score(trial: Trial) -> SeedScore:
    sound = trial.validation is not None and isfinite(trial.validation)
    return SeedScore(trial.seed, trial.validation if sound else None, diverged=not sound)
