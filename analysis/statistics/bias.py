"""Whether measured gradients speak against an estimator that declares itself unbiased.

A seed's figure is the signed root of an unbiased estimate of the squared relative bias.  What
averages without bias over seeds is its square with its sign.  docs/statistics.md has the simulation
that chose the test and its two levels.
"""

import numpy as np

from analysis.statistics.student import Floats

DOUBT = 0.001  # how seldom a sound estimator may be called biased
DOUBT_OF_PROOF = 1e-6  # the same of one that enumeration proved to be unbiased


def signed_square(bias: Floats) -> Floats:
    """What averages without bias over seeds; the signed root, which is what is logged, does not."""
    return bias * np.abs(bias)


def signed_root(square: Floats) -> Floats:
    return np.sign(square) * np.sqrt(np.abs(square))


def bias_chance(bias: Floats) -> float:
    """Of relative biases [seeds]: the p value of a one-sided t test that their signed squares are
    above zero in the mean; 1 where fewer than two seeds tell."""
    from scipy.special import stdtr

    squares = signed_square(bias)
    if len(squares) < 2:
        return 1.0
    mean, error = squares.mean(), squares.std(ddof=1) / len(squares) ** 0.5
    if error == 0:
        return 0.0 if mean > 0 else 1.0
    return float(stdtr(len(squares) - 1, -mean / error))


def contradicted(chance: float, proved: bool) -> bool:
    """Whether a measurement of that p value outweighs a declaration; ``proved``: by enumeration."""
    return chance < (DOUBT_OF_PROOF if proved else DOUBT)
