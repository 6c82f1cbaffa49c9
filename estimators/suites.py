"""Runs a suite cell by cell, and keeps each finished cell as a file: whoever has the folder goes on."""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from time import process_time
from typing import Any

import torch

from .experiment import Done, Event, Metrics, run
from .specs.experiment import Experiment
from .specs.suites import Cell

Result = dict[str, Any]


class Folder:
    """One JSON file for each finished cell."""

    def __init__(self, path: Path):
        self.path = path

    def load(self, cell: Cell) -> Result | None:
        """None if there is none, or one of another spec."""
        file = self.path / f"{cell.id}.json"
        if cell.spec is None or not file.exists():
            return None
        result = json.loads(file.read_text())
        return result if result["digest"] == cell.spec.digest else None

    def keep(self, cell: Cell, result: Result) -> None:
        """Whole, or not at all."""
        self.path.mkdir(parents=True, exist_ok=True)
        beside = self.path / f".{cell.id}.{os.getpid()}"
        beside.write_text(json.dumps(result, indent=1) + "\n")
        beside.replace(self.path / f"{cell.id}.json")


def work(cells: Iterable[Cell], folder: Folder, say: Callable[[str], None]) -> int:
    """How many cells were trained: those that have an experiment and no result of it yet."""
    waiting = [cell for cell in cells if cell.spec and folder.load(cell) is None]
    for number, cell in enumerate(waiting, 1):
        runs, steps = len(cell.spec.runs), cell.spec.training.steps
        say(f"{number}/{len(waiting)} {cell.id}: {runs} runs of {steps} steps")
        folder.keep(cell, trained(cell.spec))
    return len(waiting)


def trained(spec: Experiment) -> Result:
    """Evaluations of every run; what is no number is null."""
    start, runs = process_time(), [{"seed": seed, **setting, "series": {}} for seed, setting in spec.runs]

    def note(event: Event) -> None:
        if isinstance(event, Done):
            runs[event.run]["reason"] = event.reason
        elif isinstance(event, Metrics):
            for name in [name for name in event.series if name.startswith("bound/")]:
                steps, values = runs[event.run]["series"].setdefault(name, ([], []))
                steps += event.series[name].steps.tolist()
                values += [round(v, 4) if v == v else None for v in event.series[name].values.tolist()]

    run(spec, note)
    made = {"torch": torch.__version__, "threads": torch.get_num_threads()}
    made["cpu_seconds"] = round(process_time() - start, 1)
    return {"digest": spec.digest, "spec": spec.model_dump(mode="json"), "runs": runs, "made": made}
