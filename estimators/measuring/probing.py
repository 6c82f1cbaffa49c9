"""A probe in pieces, as a program is: it goes on from the trajectory's checkpoints and from every
estimator.

Steps are gradients of a minibatch (``Probe.steps``).  It knows no database.
"""

from functools import cached_property
from typing import NamedTuple

import numpy as np

from ..experiment import Series, Tick, series
from ..specs.probe import Probe
from ..train import State
from . import probe


class Piece(NamedTuple):
    """What one piece saw; there is one run, in lane 0."""

    series: dict[int, dict[str, Series]]  # cost/train of the trajectory
    ended: dict[int, str]  # "diverged" or "completed"
    findings: dict[int, dict]  # of one estimator, as JSON


class Probing:
    """``state`` is that of a program of one lane where the trajectory, or another like it, was
    left; from None, it starts."""

    def __init__(self, spec: Probe, state: State | None = None):
        self.spec, self.live = spec, {0}
        self.program = probe.trajectory(spec, state)

    def boundaries(self, step: int) -> list[int]:
        """Those after a step, and after what is trained already."""
        done = max(step, self.program.trainer.at)
        return [boundary for boundary in self.spec.boundaries if boundary > done]

    def run_to(self, step: int, tick: Tick = lambda step: None) -> Piece:
        """Trains to a checkpoint of the trajectory, or measures the estimator that ends there.
        ``tick`` is called after every step of training and after the estimator, and may raise to
        stop."""
        if step <= self.spec.at:
            return self.train(step, tick)
        each = self.spec.asked[(step - self.spec.at) // self.spec.effort - 1]
        found = probe.findings(self.spec, each, self.judge, self.program.trainer)
        tick(step)
        ended = {0: "completed"} if step == self.spec.steps else {}
        return Piece({}, ended, {0: found.model_dump(mode="json")})

    def train(self, step: int, tick: Tick) -> Piece:
        first, trainer = self.program.trainer.at, self.program.trainer
        costs = trainer.run(step, tick)[:, 0].double().numpy()
        sound = np.isfinite(costs).all() and trainer.rows.isfinite().all().item()
        shown = {"cost/train": series(range(first + 1, step + 1), costs)}
        return Piece({0: shown}, {} if sound else {0: "diverged"}, {})

    @cached_property
    def judge(self) -> probe.Judge:
        return probe.standing(self.spec, self.program)

    def state(self) -> State:
        """With it another goes on, and finds the same."""
        return self.program.state()
