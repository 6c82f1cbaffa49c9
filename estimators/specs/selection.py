"""Which setting speaks for an estimator: one function for boards, benchmarks and papers.

Reads no torch and no numpy: what trains a paper's tables chooses by it as well as what reports.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple

SettingKey = tuple[tuple[str, float], ...]  # a setting, in the grid


def setting_key(setting: Mapping[str, float]) -> SettingKey:
    """The setting as a key, the same whatever order its names came in."""
    return tuple(sorted(setting.items()))


@dataclass(frozen=True)
class SelectionRule:
    """What a setting has to have in order to be chosen."""

    # settings with fewer seeds are compared only where none has as many
    enough_seeds: int
    # whether means are over the seeds that all compared settings share, where those are enough
    shared_seeds: bool
    # whether a setting of which a seed diverged may be chosen, where all others are worse
    allows_diverged: bool


# a paper reports a rate only where every run of it ended well, and rarely has more than two seeds
PAPER_RULE = SelectionRule(0, shared_seeds=False, allows_diverged=False)


class SeedScore(NamedTuple):
    """What one run says of its setting; less is better, and None is no value."""

    seed: int
    value: float | None
    diverged: bool
    # decides between settings whose values are equal on average: all censored at one budget, say
    second: float | None = None


class SettingScore(NamedTuple):
    """How a setting fares on the seeds that are compared; less is better."""

    diverged: int
    mean: float
    second: float = 0.0


Grid = Mapping[SettingKey, Sequence[SeedScore]]


def setting_scores(grid: Grid, rule: SelectionRule) -> dict[SettingKey, SettingScore]:
    """Of every setting that is compared, by its key: those with enough seeds, or all where none
    has."""
    seeds = {key: {score.seed for score in scores} for key, scores in grid.items()}
    enough = [key for key in grid if len(seeds[key]) >= rule.enough_seeds]
    compared = enough or list(grid)
    shared = set.intersection(*(seeds[key] for key in compared)) if compared else set()
    if not rule.shared_seeds or (enough and len(shared) < rule.enough_seeds):
        shared = set()
    return {key: _setting_score(grid[key], shared) for key in compared}


def _setting_score(scores: Sequence[SeedScore], shared: set[int]) -> SettingScore:
    compared = [score for score in scores if score.seed in shared or not shared]
    return SettingScore(
        sum(score.diverged for score in compared),
        _mean_or_worst([score.value for score in compared]),
        _mean_or_worst([score.second for score in compared]),
    )


def _mean_or_worst(values: Sequence[float | None]) -> float:
    numbers = [value for value in values if value is not None]
    return fmean(numbers) if numbers else float("inf")


def best_setting(grid: Grid, rule: SelectionRule) -> SettingKey | None:
    """The key of the setting to choose; equal ones are taken in the order of their keys.  None
    where the rule allows none."""
    scores = setting_scores(grid, rule)
    able = [key for key in scores if rule.allows_diverged or not scores[key].diverged]
    return min(able, key=lambda key: (scores[key], key), default=None)
