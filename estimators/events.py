"""A whole experiment in this process, as events."""

from collections.abc import Callable, Iterator, Mapping
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
        members = dict(enumerate(runs))
        for event in train_bundle(spec, members, len(runs), first, emit, device):
            begun = True
            emit(event)
        return
    except Exception as error:
        if begun or len(runs) == 1 or not is_out_of_memory(error):
            raise
    half = (len(runs) + 1) // 2
    run_together(spec, runs[:half], first, emit, device)
    run_together(spec, runs[half:], first + half, emit, device)


def run_alone(
    spec: Experiment, number: int, emit: Callable[[Event], None], device: torch.device = HOST
) -> None:
    """One run of an experiment as it trains among the others: in its lane of a program of the same
    width, so that its numbers are those of the service, bit for bit."""
    runs, width = spec.runs, program_width(spec, "cpu" if device == HOST else "gpu")
    first = number - number % width
    together = runs[first : first + width]
    members = {number - first: Member(*runs[number])}
    for event in train_bundle(spec, members, len(together), first, emit, device):
        emit(event)


def train_bundle(
    spec: Experiment,
    members: Mapping[int, Member],
    width: int,
    first: int,
    emit: Callable[[Event], None],
    device: torch.device,
) -> Iterator[Event]:
    """``members`` by their lanes in a program of a width; ``first``: the run of its first lane."""
    program = Program(spec, members, width, device=device)
    for step in program.boundaries(0):
        segment = program.run_to(step, lambda step: emit(Progress(first, step)))
        for lane, series in segment.series.items():
            yield Metrics(first + lane, series)
        yield Checkpoint([first + lane for lane in members], step, program.state())
        for lane, reason in segment.ended.items():
            yield Done(first + lane, reason)
        if not program.live:
            return
