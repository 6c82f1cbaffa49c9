"""Student's t.  scipy.special is imported where it is used: it would double the start of
the API."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def student_quantile(p: ArrayLike, degrees: ArrayLike) -> Floats:
    """Where a share p of Student's t lies below."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(degrees, p), float)


def two_sided_p(t: ArrayLike, degrees: ArrayLike) -> Floats:
    """The probability of a statistic at least as far from zero as t."""
    from scipy.special import stdtr

    return np.asarray(2 * stdtr(degrees, -np.abs(t)), float)
