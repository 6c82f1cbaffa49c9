"""Train single runs of experiments again: of each line of JSON, {"spec", "run"}, one comes out with
the numbers that the service had of the run, {"series", "reason"}; before them, one says where."""

import json
import sys
from typing import Any

from ..environment import process_environment
from ..events import Done, Event, Metrics, run_alone
from ..specs.experiment import Experiment
from .run import finite_values


def main(words: list[str]) -> int:
    print(json.dumps(process_environment()), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        spec = Experiment.model_validate(asked["spec"])
        print(json.dumps(train_again(spec, asked["run"])), flush=True)
    return 0


def train_again(spec: Experiment, number: int) -> dict[str, Any]:
    """All series of a run, as steps and values, null for what is no number; and how it ended."""
    series: dict[str, tuple[list[int], list[float | None]]] = {}
    ends: list[str] = []

    def note(event: Event) -> None:
        if isinstance(event, Metrics):
            for name, part in event.series.items():
                steps, values = series.setdefault(name, ([], []))
                steps += part.steps.tolist()
                values += finite_values(part)
        elif isinstance(event, Done):
            ends.append(event.reason)

    run_alone(spec, number, note)
    return {"series": series, "reason": ends[0] if ends else None}
