"""What training took each lane of a program, by two clocks."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter

import numpy as np
import torch

from ..devices import work_clock

# CPU or device time, which boards rank by, and the time on the wall.
WORK, WALL = "seconds", "wall_seconds"


class LaneClocks:
    """Seconds of training alone, each span shared by the lanes that train."""

    def __init__(self, width: int, state: Mapping[str, np.ndarray] | None = None) -> None:
        """Goes on from an earlier ``state``; what it lacks starts at nothing."""
        before = state or {}
        self.spent = {
            name: np.array(before.get(name, np.zeros(width)), float) for name in (WORK, WALL)
        }

    @contextmanager
    def charge(self, lanes: Iterable[int], device: torch.device) -> Iterator[None]:
        """Shares what happens inside among ``lanes``."""
        some = sorted(lanes)
        start = {WORK: work_clock(device), WALL: perf_counter()}
        yield
        end = {WORK: work_clock(device), WALL: perf_counter()}
        for name, spent in self.spent.items():
            spent[some] += (end[name] - start[name]) / max(len(some), 1)

    def readings(self, lane: int) -> dict[str, float]:
        """Seconds of a lane so far, by clock."""
        return {name: float(spent[lane]) for name, spent in self.spent.items()}

    def state(self) -> dict[str, np.ndarray]:
        """With it another goes on."""
        return {name: spent.copy() for name, spent in self.spent.items()}
