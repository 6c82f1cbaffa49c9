"""What a few paired seeds can say: intervals, all-pairs tests with rank sets, power."""

from analysis.records.shapes import Interval
from analysis.statistics.intervals import (
    bootstrap_intervals,
    mean_interval,
    mean_intervals,
    student_interval,
)
from analysis.statistics.pairs import Pairs, holm_adjusted, paired_tests, rank_sets, tie_groups
from analysis.statistics.power import missing_seeds, visible_difference

__all__ = [
    "Interval",
    "Pairs",
    "bootstrap_intervals",
    "holm_adjusted",
    "mean_interval",
    "mean_intervals",
    "missing_seeds",
    "paired_tests",
    "rank_sets",
    "student_interval",
    "tie_groups",
    "visible_difference",
]
