"""Which setting an entry is confirmed at: the best on validation, over its tuning seeds."""

from collections import defaultdict
from collections.abc import Iterable
from math import isfinite
from typing import NamedTuple

from analysis.records.runs import SettingKey, setting_key

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
    grid: dict[SettingKey, list[Trial]] = defaultdict(list)
    for trial in trials:
        grid[setting_key(trial.setting)].append(trial)
    ranks = {key: _rank(tried) for key, tried in grid.items()}
    able = [key for key, (_, mean) in ranks.items() if isfinite(mean)]
    if not able:
        return None
    best = min((ranks[key], key) for key in able)
    return dict(best[1])


def _rank(tried: list[Trial]) -> tuple[int, float]:
    """(seeds that diverged, mean of the others)."""
    values = [t.validation for t in tried if t.validation is not None and isfinite(t.validation)]
    mean = sum(values) / len(values) if values else float("inf")
    return len(tried) - len(values), mean
