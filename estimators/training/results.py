"""A whole experiment in one call: what each run came to, for people who sit in Python."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import nan
from statistics import fmean
from typing import NamedTuple

import torch

from ..events import Done, Event, Metrics, Progress, run_experiment
from ..experiment import Series, join_series
from ..specs.experiment import Experiment


class RunResult(NamedTuple):
    """One seed at one setting."""

    seed: int
    setting: dict[str, float]
    # "completed" or "diverged".
    reason: str
    series: dict[str, Series]

    def last(self, name: str) -> float:
        """The last value of a series; nan where there is none or the run diverged."""
        if self.reason != "completed" or name not in self.series:
            return nan
        return float(self.series[name].values[-1])

    def stopped_early(self, name: str = "bound/test") -> tuple[int, float]:
        """(step, value of a series) where ``bound/validation`` is lowest: what early stopping
        reports.  (0, nan) where there is none or the run diverged."""
        judge = self.series.get("bound/validation")
        if self.reason != "completed" or judge is None or name not in self.series:
            return 0, nan
        step = int(judge.steps[judge.values.argmin()])
        values = dict(zip(*(part.tolist() for part in self.series[name]), strict=True))
        return step, values.get(step, nan)


class ExperimentResult(NamedTuple):
    """The runs of an experiment, in the order of its seeds and settings.  Printed, it has a line
    for each setting."""

    spec: Experiment
    runs: list[RunResult]

    def bounds(self, name: str = "bound/test") -> dict[tuple[tuple[str, float], ...], list[float]]:
        """The last value of every seed, by setting, in nats per example; nan where one diverged."""
        values: dict[tuple[tuple[str, float], ...], list[float]] = {}
        for run in self.runs:
            values.setdefault(tuple(sorted(run.setting.items())), []).append(run.last(name))
        return values

    def __str__(self) -> str:
        return "\n".join(self._line(dict(at), ends) for at, ends in self.bounds().items())

    def _line(self, setting: dict[str, float], ends: list[float]) -> str:
        words = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in setting.items())
        sound = [end for end in ends if end == end]
        lost = f", {len(ends) - len(sound)} diverged" if len(sound) < len(ends) else ""
        spread = f" ({min(sound):.2f} to {max(sound):.2f})" if len(sound) > 1 else ""
        value = f"{fmean(sound):.2f} nats{spread}" if sound else "no number"
        return (
            f"{self.spec.estimator.name}, {words}: bound/test {value}, "
            f"{len(ends)} seeds of {self.spec.training.steps:,} steps{lost}"
        )


def train_experiment(
    spec: Experiment, progress: Callable[[int, int], None] | None = None, threads: int = 1
) -> ExperimentResult:
    """Trains every run in this process.  ``progress`` is told (steps done, steps in all) of the
    runs that train together, now and then; ``threads`` are torch's, while it lasts: small products
    are faster with one."""
    pieces: list[list[dict[str, Series]]] = [[] for _ in spec.runs]
    reasons: list[str] = [""] * len(spec.runs)

    def note_event(event: Event) -> None:
        if isinstance(event, Metrics):
            pieces[event.run].append(event.series)
        elif isinstance(event, Done):
            reasons[event.run] = event.reason
        elif isinstance(event, Progress) and progress:
            progress(event.step, spec.training.steps)

    with torch_threads(threads):
        run_experiment(spec, note_event)
    runs = zip(spec.runs, reasons, map(join_series, pieces), strict=True)
    return ExperimentResult(
        spec,
        [RunResult(seed, dict(at), reason, series) for (seed, at), reason, series in runs],
    )


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """So many threads of torch, and as before afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
