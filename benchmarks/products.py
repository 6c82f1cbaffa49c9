"""What MKL's way through an AMD processor costs: as torch ships it, and where it takes the
processor for one of Intel's.

    python -m benchmarks.products [--rounds 5] [--output benchmarks/results]

MKL asks itself who made the processor, and leaves fast kernels alone where it was somebody else; a
library, loaded before torch, answers for it (``estimators.mkl``).  The way is chosen once in a
process, so sides are processes, by turns.  Leave-one-out on the discrete VAE of the papers, 8 runs
together: all products of a step, and the step.  It wants a C++ compiler and Linux.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

import torch

from benchmarks.peers.results import write_results
from estimators.commands.bench import printed_comparisons
from estimators.devices import HOST
from estimators.mkl import build_library, preloaded
from estimators.specs.score_function import ReinforceLOO
from estimators.timing.floors import step_products
from estimators.timing.programs import Size, timed_trainer
from estimators.timing.turns import Comparison, turn_seconds

BATCHES, CALLS, WHAT = (100, 24), 5, ("products", "step")


def process_times() -> dict[str, float]:
    """Seconds for each run in this process, "what batch"."""
    times = {}
    for batch in BATCHES:
        trainer = timed_trainer(ReinforceLOO(), Size(batch=batch), HOST)
        for what, call in zip(WHAT, (step_products(trainer), trainer.step), strict=True):
            least = min(turn_seconds(call, CALLS, HOST) for _ in range(3))
            times[f"{what} {batch}"] = least / CALLS / len(trainer.seeds)
    return times


def times_of_another(variables: dict[str, str]) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.products", "--once"]
    answer = subprocess.run(command, env=os.environ | variables, check=True, capture_output=True)
    times: dict[str, float] = json.loads(answer.stdout)
    return times


def all_comparisons(rounds: int) -> list[Comparison]:
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "answer.so"
        build_library(library)
        sides = {"as shipped": {}, "answered for": preloaded(str(library))}
        times = [
            {side: times_of_another(variables) for side, variables in sides.items()}
            for _ in range(rounds)
        ]
    return [
        Comparison(
            {"estimator": "reinforce_loo", "what": what, "batch": batch, "lanes": Size().lanes},
            {side: [one[side][f"{what} {batch}"] for one in times] for side in sides},
        )
        for what, batch in product(WHAT, BATCHES)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--once", action="store_true", help="Time here, and print JSON.")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.once:
        print(json.dumps(process_times()))
        return
    comparisons = list(printed_comparisons(iter(all_comparisons(options.rounds))))
    if options.output:
        write_results(options.output, "products", comparisons, ())


if __name__ == "__main__":
    main()
