"""A whole experiment in this process, as events."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch

from .devices import HOST, is_out_of_memory
from .experiment import Program, Series
from .specs.experiment import Experiment
from .specs.lanes import program_width
from .training.train import Member, State


class Progress(NamedTuple):
    first: int  # of the runs that train together
    step: int


class Metrics(NamedTuple):
    run: int  # place in spec.runs
    series: dict[str, Series]


class Checkpoint(NamedTuple):
    runs: list[int]
    step: int
    state: State


class Done(NamedTuple):
    run: int
    reason: str


Event = Progress | Metrics | Checkpoint | Done


def run_experiment(
    spec: Experiment,
    emit: Callable[[Event], None],
    width: int | None = None,
    device: torch.device = HOST,
) -> None:
    """Every run of an experiment in this process, ``width`` at a time; by default, as many as a
    service trains together there."""
    runs = [Member(seed, setting) for seed, setting in spec.runs]
    width = width or program_width(spec, "cpu" if device == HOST else "gpu")
    for first in range(0, len(runs), width):
        run_together(spec, runs[first : first + width], first, emit, device)


def run_together(
    spec: Experiment,
    runs: list[Member],
    first: int,
    emit: Callable[[Event], None],
    device: torch.device,
) -> None:
    """In one program; in two where there is no memory for it, unless results are out already."""
    begun = False
    try:
        for event in train_bundle(spec, runs, first, emit, device):
            begun = True
            emit(event)
        return
    except Exception as error:
        if begun or len(runs) == 1 or not is_out_of_memory(error):
            raise
    half = (len(runs) + 1) // 2
    run_together(spec, runs[:half], first, emit, device)
    run_together(spec, runs[half:], first + half, emit, device)


def train_bundle(
    spec: Experiment,
    runs: list[Member],
    first: int,
    emit: Callable[[Event], None],
    device: torch.device,
) -> Iterator[Event]:
    program = Program(spec, dict(enumerate(runs)), len(runs), device=device)
    for step in program.boundaries(0):
        segment = program.run_to(step, lambda step: emit(Progress(first, step)))
        for lane, series in segment.series.items():
            yield Metrics(first + lane, series)
        yield Checkpoint([first + lane for lane in range(len(runs))], step, program.state())
        for lane, reason in segment.ended.items():
            yield Done(first + lane, reason)
        if not program.live:
            return
