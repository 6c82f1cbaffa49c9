"""What torch.compile brings a step on this machine, and what it takes before the first one.

    python -m benchmarks.fused [--estimators NAMES] [--batches 100 24] [--output benchmarks/results]

The discrete VAE of the papers with 8 runs together, and the demo's net on digits with its 5, beside
what every step has to do: its products, its noise, the optimiser, and the functions of its numbers
(``benchmarks.least``), each alone.  Where torch has
compiled the same step before, on this machine, it takes that from its cache: a first call of this
script tells what compiling costs, a second what the cache does.  CPU time, children that compile
included.
"""

import argparse
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import torch

from benchmarks.least import graph_functions
from benchmarks.peers.results import write_results
from estimators.commands.bench import printed_comparisons
from estimators.devices import HOST
from estimators.experiment import Program
from estimators.specs import ESTIMATORS
from estimators.specs.experiment import Experiment
from estimators.timing.floors import step_products
from estimators.timing.programs import Size, timed_trainer
from estimators.timing.turns import Comparison, Side, time_by_turns
from estimators.training.train import Member, Trainer
from service.submission import SMALLEST

NAMES = "reinforce_loo,straight_through,muprop,nvil"
CALLS = 5


def demo_trainer(name: str) -> Trainer:
    """All runs of the smallest job, by another estimator."""
    spec = Experiment.model_validate(SMALLEST | {"estimator": {"name": name}})
    members = {lane: Member(*run) for lane, run in enumerate(spec.runs)}
    return Program(spec, members, len(members)).trainer


def pair_of_trainers(name: str, batch: int) -> tuple[Trainer, Trainer]:
    """The same program twice; of minibatches of 0, the demo's."""
    if not batch:
        return demo_trainer(name), demo_trainer(name)
    spec, size = ESTIMATORS[name].model_validate({}), Size(batch=batch)
    return timed_trainer(spec, size, HOST), timed_trainer(spec, size, HOST)


def process_seconds() -> float:
    """CPU time of this process and of its children that have ended."""
    return sum(os.times()[:4])


def fused_comparison(name: str, batch: int, rounds: int) -> Comparison:
    plain, fused = pair_of_trainers(name, batch)
    cpu, wall = process_seconds(), perf_counter()
    fused.fuse()
    fused.step()
    lanes = len(plain.seeds)
    about = {
        "estimator": name,
        "net": "200-200-200" if batch else "demo's",
        "batch": plain.size,
        "lanes": lanes,
        "compiled in": f"{process_seconds() - cpu:.0f} s of CPU, {perf_counter() - wall:.0f} s",
    }
    sides = step_parts(plain) | {"as it comes": plain.step, "fused": fused.step}
    turns = {name: Side(call, lanes) for name, call in sides.items()}
    return Comparison(about, time_by_turns(turns, rounds, CALLS, HOST))


def step_parts(trainer: Trainer) -> dict[str, Callable[[], object]]:
    """What neither path saves.  The optimiser is given gradients of zero: parameters stay."""
    still = torch.zeros_like(trainer.rows)
    return {
        "products": step_products(trainer),
        "noise": lambda: trainer.uniforms.at(trainer.at),
        "optimiser": lambda: trainer.descent.step(still, 1.0),
        "functions": graph_functions(trainer.gradients.graph),
    }


def all_comparisons(options: argparse.Namespace) -> Iterator[Comparison]:
    for batch in options.batches:
        for name in options.estimators.split(","):
            yield fused_comparison(name, batch, options.rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--estimators", default=NAMES)
    parser.add_argument(
        "--batches", type=int, nargs="*", default=[100, 24, 0], help="0: the demo's net."
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    comparisons = []
    for comparison in printed_comparisons(all_comparisons(options)):
        comparisons.append(comparison)
        if options.output:
            write_results(options.output, "fused", comparisons, ())


if __name__ == "__main__":
    main()
