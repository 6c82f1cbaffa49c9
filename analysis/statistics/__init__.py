"""What a few paired seeds can say: intervals, all-pairs tests with rank sets, power."""

from analysis.statistics.intervals import Interval, bootstrap_t, interval, t_interval
from analysis.statistics.pairs import Pairs, holm, paired, rank_sets, tie_groups
from analysis.statistics.power import missing_seeds, visible

__all__ = [
    "Interval",
    "Pairs",
    "bootstrap_t",
    "holm",
    "interval",
    "missing_seeds",
    "paired",
    "rank_sets",
    "t_interval",
    "tie_groups",
    "visible",
]
