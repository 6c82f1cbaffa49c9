"""Pretends to train: every number is a function of seed, step, lane and width, as float32 programs
are.

It stands in for `estimators.experiment.Program`, which takes seconds where this takes none.
"""

from time import sleep
from typing import NamedTuple

import numpy as np

from service.store.series import Series

SPARSE = 4  # steps between two points of the sparse series


class Segment(NamedTuple):
    series: dict[int, dict[str, Series]]
    ended: dict[int, str]

    @property
    def findings(self):
        return {}


class Program:
    """Some lanes that train together; the width never changes, and in dead lanes may be
    anything."""

    kernels: dict[str, str] = {}

    def __init__(self, spec, members, width, state=None):
        self.spec, self.width = spec, width
        self.members = {lane: (member.seed, member.setting) for lane, member in members.items()}
        self.live = set(members)
        self._state = state or {"x": np.zeros(width), "step": np.zeros(())}
        if width > spec.get("memory", width):
            raise MemoryError

    def state(self):
        return self._state

    def boundaries(self, step):
        every = self.spec.get("every", 10)
        return range(step + every, self.spec["steps"] + 1, every)

    def divisible(self, boundary):
        return False

    def run_to(self, step, tick=lambda step: None):
        """Trains the live lanes to a boundary: their series, and how some of them ended."""
        sleep(self.spec.get("seconds", 0))
        tick(step)
        assert step > self._state["step"], "trained already"
        series = {lane: self._lane(lane, step) for lane in sorted(self.live)}
        self._state["x"][[lane for lane in range(self.width) if lane not in self.live]] = 1e9
        self._state["step"][...] = step
        last = {lane: "completed" for lane in series if step == self.spec["steps"]}
        bad = {
            lane: "diverged"
            for lane, named in series.items()
            if not np.isfinite(named["loss"].values).all()
        }
        return Segment(series, last | bad)

    def _lane(self, lane, last):
        seed, setting = self.members[lane]
        x, first = self._state["x"][lane], int(self._state["step"])
        noise = np.random.Generator(np.random.Philox([seed, first])).normal(size=last - first)
        path = np.empty(last - first)
        for i, e in enumerate(noise):
            x = 0.9 * x + e * (1 + 1e-9 * (lane + 10 * self.width))
            path[i] = x = np.nan if first + i + 1 == setting.get("diverge_at") else x
        self._state["x"][lane] = x
        steps = np.arange(first + 1, last + 1)
        some = steps % SPARSE == 0
        found = {
            "loss": Series(steps, path * path),
            "norm": Series(steps[some], np.abs(path[some])),
        }
        return {name: series for name, series in found.items() if len(series.steps)}
