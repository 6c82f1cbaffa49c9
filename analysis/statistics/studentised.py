"""The studentised range of many degrees of freedom, and Friedman's test, without scipy.stats:
loading that takes a service more than a second of a core and 60 MB."""

import numpy as np

from analysis.statistics.student import Floats

LEVEL = 0.95
FIRST = 2  # values that the first quantile below is of
# Of the range of so many and more standard normal values, as scipy.stats.studentized_range has it.
RANGES = (
    2.771807648699355, 3.314493155398122, 3.6331595749026278, 3.857655510378623,
    4.030092053180576, 4.169554155006547, 4.286309409349043, 4.38650911549537,
    4.474124221725907, 4.551863584065974, 4.621655471868518, 4.684919847313499,
    4.7427317076846975, 4.795923860431186, 4.845154183957343, 4.890951125576789,
    4.933745358126922, 4.973892348748306, 5.0116887941184425, 5.0473848150087655,
    5.081193155799909, 5.1132962282719765, 5.143851577247147, 5.17299617312959,
    5.200849820280358, 5.227517890554401, 5.25309353580552, 5.27765949383823,
    5.30128957403117, 5.324049888290209, 5.345999877836653, 5.367193175047121,
    5.387678331063073, 5.4074994334281214, 5.426696633056341, 5.445306596002232,
    5.463362892514628, 5.480896333509614, 5.4979352627407465,
)  # fmt: skip


def range_quantile(values: int, level: float = LEVEL) -> float:
    """Where a share ``level`` of the ranges of ``values`` standard normal values lies below."""
    if level == LEVEL and FIRST <= values < FIRST + len(RANGES):
        return RANGES[values - FIRST]
    from scipy.stats import studentized_range

    return float(studentized_range.ppf(level, values, np.inf))


def friedman_tail(ranks: Floats) -> float:
    """Of average ranks [blocks, treatments]: the probability of ranks at least as far from equal,
    by the chi-squared approximation, corrected for ties (Friedman, JASA 32, 1937)."""
    from scipy.special import chdtrc

    blocks, treatments = ranks.shape
    counts = [np.unique(row, return_counts=True)[1] for row in ranks]
    ties = sum(float((count * (count * count - 1)).sum()) for count in counts)
    share = 1 - ties / (treatments * (treatments * treatments - 1) * blocks)
    squares = (ranks.sum(0) ** 2).sum()
    whole = treatments * blocks * (treatments + 1)
    statistic = (12.0 / whole * squares - 3 * blocks * (treatments + 1)) / share
    return float(chdtrc(treatments - 1, statistic))
