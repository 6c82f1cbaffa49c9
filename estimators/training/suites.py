"""Runs a suite cell by cell, and keeps each finished cell as a file: whoever has the folder goes
on."""

from collections.abc import Callable, Iterable
from math import isfinite
from time import process_time
from typing import Any

from ..environment import process_environment
from ..experiment import Program, Series
from ..specs.experiment import WIDTH, Experiment
from ..specs.pieces import CURVE_POINTS, Folder, Piece, stretch_means
from ..specs.suites import TableCell
from .drafts import Draft, RunRecord
from .train import Member

Say = Callable[[str], None]


def train_cells(cells: Iterable[TableCell], folder: Folder, say: Say) -> int:
    """How many cells were trained: those that have an experiment and no result of it yet.  A cell
    that lacks its data is left out, and it is said why."""
    wanted = [cell for cell in cells if cell.spec and not folder.has(cell)]
    for cell in wanted:
        if cell.reason:
            say(f"{cell.id}: left out.  {cell.reason}")
    waiting = [cell for cell in wanted if not cell.reason]
    for number, cell in enumerate(waiting, 1):
        assert cell.spec
        runs, steps = len(cell.spec.runs), cell.spec.training.steps
        say(f"{number}/{len(waiting)} {cell.id}: {runs} runs of {steps} steps")
        draft = Draft(folder.file(cell, ".draft.npz"), cell.spec)
        folder.keep(cell, train_cell(cell.spec, draft, say))
        draft.drop()
    return len(waiting)


def train_cell(spec: Experiment, draft: Draft, say: Say) -> Piece:
    """Evaluations of every run, and its training costs as means over stretches of steps; what is no
    number is null.  Goes on from the draft, and leaves one at every checkpoint."""
    runs = [Member(seed, setting) for seed, setting in spec.runs]
    for first in range(0, len(runs), WIDTH):
        lanes = draft.runs[first : first + WIDTH]
        if not all("reason" in lane for lane in lanes):
            train_program(spec, dict(enumerate(runs[first : first + WIDTH])), lanes, draft, say)
    made = process_environment() | {"cpu_seconds": round(draft.spent, 1)}
    del made["hostname"]
    return {"spec": spec.model_dump(mode="json"), "made": made, "runs": draft.runs}


def train_program(
    spec: Experiment, members: dict[int, Member], lanes: list[RunRecord], draft: Draft, say: Say
) -> None:
    """One program, to its end."""
    since = process_time()
    program = Program(spec, members, len(members), draft.state)
    program.live -= {at for at, lane in enumerate(lanes) if "reason" in lane}
    stretch = max(1, spec.training.steps // CURVE_POINTS)
    for step in program.boundaries(program.trainer.at):
        segment = program.run_to(step)
        for at, series in segment.series.items():
            add_segment(lanes[at]["series"], series, stretch)
        for at, reason in segment.ended.items():
            lanes[at]["reason"] = reason
        draft.spent, since = draft.spent + process_time() - since, process_time()
        draft.keep(program.state() if program.live else None)
        say(f"  {step}/{spec.training.steps} steps")
        if not program.live:
            return


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
