"""Training rules with objectives of their own.  A docstring is the paper."""

from typing import Literal

from .base import Estimator
from .models import Model
from .score_function import Draws


class WakeSleep(Estimator):
    """Hinton, Dayan, Frey, Neal, Science 268, 1995, doi:10.1126/science.7761831."""

    name: Literal["wake_sleep"] = "wake_sleep"
    of_values = False
    objective, dreams, weighs_log_q = "wake_sleep", True, True

    def evaluations(self, model: Model) -> tuple[float, float]:
        return 2, 2


class ReweightedWakeSleep(Estimator):
    """Bornschein and Bengio, ICLR 2015, arXiv:1406.2751."""

    name: Literal["reweighted_wake_sleep"] = "reweighted_wake_sleep"
    of_values = False
    objective, dreams, weighs_log_q = "reweighted_wake_sleep", True, True
    unbiased_for = "none"
    draws: Draws = 5

    def evaluations(self, model: Model) -> tuple[float, float]:
        return self.draws + 1, self.draws + 1


AnyWakeSleep = WakeSleep | ReweightedWakeSleep
