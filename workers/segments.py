"""What a program leaves between two checkpoints, of the strides in which it was trained."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from time import monotonic
from typing import Any, Protocol

from estimators.experiment import Series, join_series
from estimators.specs.states import Reason

# seconds between two looks at whether to stop
LOOK = 0.5


class Segment(Protocol):
    """Of `estimators.experiment.Program`, or of a probe."""

    @property
    def series(self) -> Mapping[int, Mapping[str, Series]]: ...
    @property
    def ended(self) -> Mapping[int, Reason]: ...
    @property
    def findings(self) -> Mapping[int, dict[str, Any]]: ...


class Trainable(Protocol):
    """A program as a runner sees it: `estimators.experiment.Program` says what each part does."""

    live: set[int]
    kernels: dict[str, str]

    def boundaries(self, step: int) -> Sequence[int]: ...
    def run_to(self, step: int, tick: Callable[[int], None]) -> Segment: ...
    def state(self) -> dict[str, Any]: ...
    def divisible(self, boundary: int) -> bool: ...


class Stride:
    """Steps to train before the next look: as many as take about LOOK seconds."""

    def __init__(self) -> None:
        self.steps = 1

    def train(
        self, program: Trainable, stop: int, steps: int, tick: Callable[[int], None]
    ) -> Segment:
        """Trains ``steps`` steps, up to ``stop``, and learns how long they take."""
        start = monotonic()
        segment = program.run_to(stop, tick)
        factor = LOOK / max(monotonic() - start, LOOK / 4)
        self.steps = max(1, round(steps * factor))
        return segment


def joined_series(segments: Iterable[Segment]) -> dict[int, dict[str, Series]]:
    """One series of each lane and name, over segments that follow each other."""
    lanes: dict[int, list[Mapping[str, Series]]] = {}
    for segment in segments:
        for lane, named in segment.series.items():
            lanes.setdefault(lane, []).append(named)
    return {lane: join_series(parts) for lane, parts in lanes.items()}
