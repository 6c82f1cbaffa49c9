"""Sides of a comparison, timed by turns in one process: what else a machine does falls on all."""

from collections.abc import Callable, Mapping
from statistics import median
from typing import Any, NamedTuple

import torch

from ..devices import work_clock


class Side(NamedTuple):
    """What is timed, and how many runs it serves: the seconds of a call are shared among them."""

    call: Callable[[], object]
    runs: int = 1


class Comparison(NamedTuple):
    """Seconds of every round, by side; ratios are to the first side."""

    # What was compared, and at which sizes.
    about: dict[str, Any]
    seconds: dict[str, list[float]]

    @property
    def medians(self) -> dict[str, float]:
        return {side: median(rounds) for side, rounds in self.seconds.items()}

    @property
    def ratios(self) -> dict[str, float]:
        """Medians over the rounds, of each of which the sides stood side by side."""
        first = next(iter(self.seconds.values()))
        return {
            side: median(a / b for a, b in zip(rounds, first, strict=True))
            for side, rounds in self.seconds.items()
        }

    def record(self) -> dict[str, Any]:
        """As JSON holds it, every round included."""
        return {
            "about": self.about,
            "seconds": self.seconds,
            "medians": self.medians,
            "ratios": self.ratios,
        }


def time_by_turns(
    sides: Mapping[str, Side], rounds: int, calls: int, device: torch.device
) -> dict[str, list[float]]:
    """Seconds of a call for each run of a side, by side and round: in every round each side has a
    turn of so many calls.  CPU time of this process; on a device the time until it has done."""
    seconds = {name: list[float]() for name in sides}
    for side in sides.values():
        side.call()
    for _ in range(rounds):
        for name, side in sides.items():
            seconds[name].append(turn_seconds(side.call, calls, device) / calls / side.runs)
    return seconds


def turn_seconds(call: Callable[[], object], calls: int, device: torch.device) -> float:
    start = work_clock(device)
    for _ in range(calls):
        call()
    return work_clock(device) - start


def comparison_lines(comparison: Comparison) -> list[str]:
    """A line for what was compared, and one for each side: its median, range and ratio."""
    lines = ["  " + ", ".join(f"{k} {v}" for k, v in comparison.about.items())]
    for side, rounds in comparison.seconds.items():
        low, middle, high = (1e3 * s for s in (min(rounds), comparison.medians[side], max(rounds)))
        spread, ratio = f"{low:9.3f} to {high:9.3f}", comparison.ratios[side]
        lines.append(f"    {side:24s} {middle:9.3f} ms  {spread}  {ratio:6.2f}")
    return lines
