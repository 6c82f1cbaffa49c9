"""The traced steps of the programs that a process trained last.

A program of the same kind replays them: the bundles of a job differ in seeds and rates alone, which
a list of operations does not hold, and tracing takes longer than a hundred steps of a small net.
"""

from collections import OrderedDict
from collections.abc import Hashable

import torch
from torch.fx import GraphModule

from ..core import Estimator
from ..specs.experiment import Experiment

# Each is a few hundred operations, and the constants of a net.
RECENT = 8


class RecentTraces:
    """As many as RECENT, those that were used last."""

    def __init__(self) -> None:
        self.by_kind: OrderedDict[Hashable, GraphModule] = OrderedDict()

    def get(self, kind: Hashable) -> GraphModule | None:
        """The traced step of a kind, if it is here."""
        return self.by_kind.get(kind)

    def keep(self, kind: Hashable, traced: GraphModule) -> None:
        """Keeps one, and lets go of the one that was used longest ago."""
        self.by_kind[kind] = traced
        self.by_kind.move_to_end(kind)
        while len(self.by_kind) > RECENT:
            self.by_kind.popitem(last=False)


STEPS = RecentTraces()


def step_kind(
    spec: Experiment, estimator: Estimator, width: int, dtype: torch.dtype, device: torch.device
) -> Hashable:
    """All that the list of a step's operations hangs on: shapes, and what net and estimator hold
    besides parameters."""
    parts = (spec.model, spec.estimator, spec.dataset)
    named = tuple(part.model_dump_json() for part in parts)
    return named, type(estimator), spec.training.batch_size, width, dtype, device
