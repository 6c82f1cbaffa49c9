"""Train the runs of an experiment in this process, without the service."""

import argparse
import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from estimators.specs.states import Reason

from ..devices import HOST, DeviceMissing, claim_device
from ..events import Checkpoint, Done, Event, Metrics, Progress, run_experiment
from ..experiment import Series
from ..registry import build_estimator
from ..specs.experiment import Experiment

# What early stopping reports: the test bound where that of validation is lowest.
EARLY = "stopped early"
COLUMNS = (
    "bound/train",
    "bound/validation",
    "bound/test",
    EARLY,
    "gradient/log_ratio",
    "gradient/bias",
)
# Seconds between lines.
PATIENCE = 2.0


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="gradarena run", description=__doc__)
    parser.add_argument(
        "spec", help="a JSON file with model, estimator and dataset; - is standard input"
    )
    parser.add_argument("--json", action="store_true", help="one event a line, no table")
    parser.add_argument("--device", default=HOST.type, help="what trains: cpu, or cuda for a GPU")
    options = parser.parse_args(words)
    try:
        device = claim_device(options.device)
        text = sys.stdin.read() if options.spec == "-" else Path(options.spec).read_text()
        spec = Experiment.model_validate_json(text)
        build_estimator(spec.estimator)
    except (OSError, ValidationError, LookupError, DeviceMissing) as error:
        print(error, file=sys.stderr)
        return 2
    if options.json:
        run_experiment(spec, print_event, device=device)
        return 0
    ledger = Ledger(spec, time.monotonic)
    run_experiment(spec, ledger, device=device)
    print(ledger.table())
    return 0


def print_event(event: Event) -> None:
    """A line for everything but progress; checkpoints without their arrays; null for what is no
    number."""
    if isinstance(event, Metrics):
        series = {name: [s.steps.tolist(), finite_values(s)] for name, s in event.series.items()}
        print(json.dumps({"run": event.run, "series": series}), flush=True)
    elif isinstance(event, Checkpoint):
        print(json.dumps({"checkpoint": event.step, "runs": event.runs}), flush=True)
    elif isinstance(event, Done):
        print(json.dumps({"run": event.run, "reason": event.reason}), flush=True)


def finite_values(series: Series) -> list[float | None]:
    """None for what is no number."""
    return [value if math.isfinite(value) else None for value in series.values.tolist()]


class Ledger:
    """Prints how far it is, and remembers the last value of every series for the table."""

    def __init__(self, spec: Experiment, clock: Callable[[], float]):
        self.spec, self.clock, self.printed_at = spec, clock, -math.inf
        self.last: dict[int, dict[str, float]] = {}
        self.lowest: dict[int, float] = {}
        self.reasons: dict[int, str] = {}

    def __call__(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.progress(event)
        elif isinstance(event, Metrics):
            final = {name: float(s.values[-1]) for name, s in event.series.items() if len(s.values)}
            self.last.setdefault(event.run, {}).update(final)
            self.note_lowest(event)
        elif isinstance(event, Done):
            self.reasons[event.run] = event.reason

    def note_lowest(self, event: Metrics) -> None:
        """Of the evaluations so far, the one whose validation bound is lowest."""
        judge, test = (event.series.get(f"bound/{part}") for part in ("validation", "test"))
        if judge is None or test is None:
            return
        for validation, value in zip(judge.values.tolist(), test.values.tolist(), strict=True):
            if validation < self.lowest.get(event.run, math.inf):
                self.lowest[event.run] = validation
                self.last[event.run][EARLY] = value

    def progress(self, event: Progress) -> None:
        """A line, unless one was printed just now."""
        if self.clock() - self.printed_at < PATIENCE:
            return
        self.printed_at = self.clock()
        bounds = [
            last["bound/validation"] for last in self.last.values() if "bound/validation" in last
        ]
        validation = f", validation {np.mean(bounds):.2f}" if bounds else ""
        runs = f"run {event.first} on of {len(self.spec.runs)}"
        print(f"{runs}: step {event.step} of {self.spec.training.steps}{validation}", flush=True)

    def table(self) -> str:
        """A line for each setting: mean and standard error over the seeds that did not diverge."""
        names = [name for name in COLUMNS if any(name in last for last in self.last.values())]
        lines = ["  ".join(f"{cell:>18s}" for cell in ["setting", *names, "completed"])]
        seeds = len(self.spec.seeds)
        for number, setting in enumerate(self.spec.settings):
            runs = range(number * seeds, (number + 1) * seeds)
            ended = [r for r in runs if self.reasons[r] == Reason.COMPLETED]
            cells = [" ".join(f"{value:g}" for value in setting.values())]
            cells += [
                mean_and_error([self.last[r][name] for r in ended if name in self.last[r]])
                for name in names
            ]
            lines.append("  ".join(f"{cell:>18s}" for cell in [*cells, f"{len(ended)}/{seeds}"]))
        return "\n".join(lines)


def mean_and_error(values: list[float]) -> str:
    """Over runs; the error is that of the mean."""
    if not values:
        return "-"
    error = f" ±{np.std(values, ddof=1) / len(values) ** 0.5:.3f}" if len(values) > 1 else ""
    return f"{np.mean(values):.3f}{error}"
