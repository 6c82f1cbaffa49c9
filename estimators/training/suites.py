"""Trains a suite's cells, and keeps each finished one as a file: whoever has the folder goes on.

On a GPU several cells train at once, each on a stream of its own: a step of small nets is many
kernels that leave most of a card free.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import isfinite
from threading import Event
from typing import Any

import torch

from ..devices import HOST, new_stream, stream_on, work_clock
from ..environment import public_environment
from ..experiment import Program, Series
from ..specs.experiment import WIDTH
from ..specs.pieces import CURVE_POINTS, Folder, stretch_means
from ..specs.suites import TableCell
from .drafts import Draft, RunRecord
from .pace import WARM
from .train import Member

Say = Callable[[str], None]
# Cells that share a device.
ABREAST = {"cpu": 1, "cuda": 40}
# What a cell took: on a GPU by the clock on the wall, beside the others.
SPENT = {"cpu": "cpu_seconds", "cuda": "shared_seconds"}


def train_cells(
    cells: Iterable[TableCell], folder: Folder, say: Say, device: torch.device = HOST
) -> int:
    """How many cells were trained: those that have an experiment and no result of it yet.  A cell
    that lacks its data is left out, and it is said why."""
    wanted = [cell for cell in cells if cell.spec and not folder.has(cell)]
    for cell in wanted:
        if cell.reason:
            say(f"{cell.id}: left out.  {cell.reason}")
    waiting = [cell for cell in wanted if not cell.reason]
    trainings = [
        train_cell(cell, folder, say, f"{number}/{len(waiting)} ", device)
        for number, cell in enumerate(waiting, 1)
    ]
    count = ABREAST[device.type]
    for first in range(0, len(trainings), count):
        train_abreast(trainings[first : first + count], device)
    return len(waiting)


def train_abreast(trainings: Sequence[Iterator[None]], device: torch.device) -> None:
    """All to their ends.  One after another until their steps are captured, since nothing else may
    be asked of a GPU meanwhile; then each in a thread, on a stream of its own."""
    streams, halt = [new_stream(device) for _ in trainings], Event()

    def go_on(at: int, until: int | None = None) -> None:
        with stream_on(device, streams[at]):
            for number, _ in enumerate(trainings[at], 1):
                if number == until or halt.is_set():
                    return

    if len(trainings) == 1:
        return go_on(0)
    for at in range(len(trainings)):
        go_on(at, 1)
    with ThreadPoolExecutor(len(trainings)) as pool:
        try:
            list(pool.map(go_on, range(len(trainings))))
        except BaseException:
            halt.set()
            raise


def train_cell(
    cell: TableCell, folder: Folder, say: Say, number: str = "", device: torch.device = HOST
) -> Iterator[None]:
    """Evaluations of every run, and its training costs as means over stretches of steps; what is no
    number is null.  Goes on from its draft, and leaves one at every checkpoint; yields at times."""
    spec = cell.spec
    assert spec
    say(f"{number}{cell.id}: {len(spec.runs)} runs of {spec.training.steps} steps")
    draft = Draft(folder.file(cell, ".draft.npz"), spec)
    runs, kernels = [Member(seed, setting) for seed, setting in spec.runs], dict[str, str]()
    # On a GPU all in one, since what is captured is captured before other cells train beside it.
    count = WIDTH if device == HOST else len(runs)
    for first in range(0, len(runs), count):
        lanes = draft.runs[first : first + count]
        if not all("reason" in lane for lane in lanes):
            members = dict(enumerate(runs[first : first + count]))
            width = len(members) if device == HOST else count
            program = Program(spec, members, width, draft.state, device=device)
            program.live -= {at for at, lane in enumerate(lanes) if "reason" in lane}
            kernels = program.kernels
            yield from train_program(program, lanes, draft, partial(say_steps, say, cell))
    made = public_environment(device.type) | kernels | {SPENT[device.type]: round(draft.spent, 1)}
    folder.keep(cell, {"spec": spec.model_dump(mode="json"), "made": made, "runs": draft.runs})
    draft.drop()


def say_steps(say: Say, cell: TableCell, step: int) -> None:
    assert cell.spec
    say(f"  {step}/{cell.spec.training.steps} steps of {cell.id}")


def train_program(
    program: Program, lanes: list[RunRecord], draft: Draft, tick: Callable[[int], None]
) -> Iterator[None]:
    """One program, to its end."""
    spec, device, since = program.spec, program.trainer.device, work_clock(program.trainer.device)
    stretch = max(1, spec.training.steps // CURVE_POINTS)
    boundaries = program.boundaries(program.trainer.at)
    for step in pauses(program):
        segment = program.run_to(step)
        for at, series in segment.series.items():
            add_segment(lanes[at]["series"], series, stretch)
        for at, reason in segment.ended.items():
            lanes[at]["reason"] = reason
        draft.spent, since = draft.spent + work_clock(device) - since, work_clock(device)
        if step in boundaries:
            draft.keep(program.state() if program.live else None)
            tick(step)
        if not program.live:
            return
        yield


def pauses(program: Program) -> list[int]:
    """The steps at which the training of one among others is left: its boundaries, and on a GPU,
    before them, where its steps are captured."""
    first = program.trainer.at
    captured = [] if program.trainer.device == HOST else [first + WARM + 1]
    return [*captured, *program.boundaries(first)]


def add_segment(thinned: dict[str, Any], series: dict[str, Series], stretch: int) -> None:
    """Adds a segment's bounds and training costs to what a run has shown."""
    for name in [name for name in series if name.startswith("bound/")]:
        add_points(thinned, name, series[name].steps.tolist(), series[name].values.tolist())
    steps, costs = (points.tolist() for points in series["cost/train"])
    add_points(thinned, "cost/train", *stretch_means(steps, costs, stretch))


def add_points(thinned: dict[str, Any], name: str, steps: list[int], values: list[float]) -> None:
    logged, numbers = thinned.setdefault(name, [[], []])
    logged += steps
    numbers += [round(value, 4) if isfinite(value) else None for value in values]
