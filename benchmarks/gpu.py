"""What a step takes on a GPU: as it comes, captured, fused; and programs that share the card.

    python -m benchmarks.gpu [--lanes 1 8 32 128] [--abreast 1 3 6 12] [--output FILE]

It wants torch, numpy and pydantic alone.  Where torch sees no GPU it says so, and measures nothing.
Times are medians of five rounds, from rest to rest.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import torch

from estimators.devices import DeviceMissing, claim_device, new_stream, stream_on, wait_for
from estimators.environment import public_environment
from estimators.specs import ESTIMATORS
from estimators.specs.suites import COLUMNS
from estimators.timing.programs import Size, timed_trainer
from estimators.timing.turns import turn_seconds
from estimators.training.train import Trainer

NAMES = ("reinforce_loo", "muprop")
STEPS, ROUNDS, SHARED = 60, 5, 2_000


def step_seconds(trainer: Trainer, steps: int = STEPS) -> float:
    """Of a step, once those before the capture are taken."""
    trainer.run(trainer.at + 10)
    turns = [turn_seconds(trainer.step, steps, trainer.device) for _ in range(ROUNDS)]
    return median(turns) / steps


def step_records(lanes: Sequence[int], device: torch.device) -> Iterator[dict[str, Any]]:
    """Of each estimator: one run by steps as they come, and programs of several runs."""
    for name in NAMES:
        spec = ESTIMATORS[name].model_validate({})
        eager = timed_trainer(spec, Size(lanes=1), device)
        eager.pace.forget()
        eager.pace.capture = None
        yield {"estimator": name, "lanes": 1, "as": "it comes", "step": step_seconds(eager)}
        for count in lanes:
            captured, fused = (timed_trainer(spec, Size(lanes=count), device) for _ in range(2))
            fused.fuse()
            for how, trainer in (("captured", captured), ("fused", fused)):
                took = step_seconds(trainer)
                yield {"estimator": name, "lanes": count, "as": how, "step": took}


def shared_records(counts: Sequence[int], device: torch.device) -> Iterator[dict[str, Any]]:
    """Steps in a second of programs of three runs, each on a stream of its own."""
    streams, trainers = [], []
    for number in range(max(counts)):
        column = list(COLUMNS.values())[number % len(COLUMNS)]
        stream = new_stream(device)
        with stream_on(device, stream):
            spec = ESTIMATORS[column["name"]].model_validate(column)
            trainers.append(timed_trainer(spec, Size(lanes=3, widths=(200, 200)), device))
        streams.append(stream)

    def train(number: int) -> None:
        with stream_on(device, streams[number]):
            trainers[number].run(trainers[number].at + SHARED)
            wait_for(device)

    for count in counts:
        with ThreadPoolExecutor(count) as pool:
            together = lambda: list(pool.map(train, range(count)))
            rate = count * SHARED / turn_seconds(together, 1, device)
        yield {"programs": count, "steps a second": rate}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lanes", type=int, nargs="+", default=[1, 8, 32, 128])
    parser.add_argument("--abreast", type=int, nargs="+", default=[1, 3, 6, 12])
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    try:
        device = claim_device("cuda")
    except DeviceMissing as error:
        print(error, file=sys.stderr)
        return 2
    results = []
    for record in (*step_records(options.lanes, device), *shared_records(options.abreast, device)):
        results.append(record)
        print(json.dumps(record), flush=True)
    if options.output:
        made = public_environment(device.type)
        options.output.write_text(json.dumps({"made": made, "results": results}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
