"""What evaluations take of a default job on MNIST, beside its steps.

    python -m benchmarks.evaluation_share [--rounds 5] [--output benchmarks/results]

Of one run of the smallest job, CPU time: its 6,000 steps, by some of them in a program of the job's
five runs; its evaluations by the policy of whoever says nothing of them; and what they would be if
each took all examples.  MNIST has to be at hand (``gradarena data fetch mnist``).
"""

import argparse
from pathlib import Path

import torch

from benchmarks.peers.results import write_results
from estimators.commands.bench import printed_comparisons
from estimators.devices import HOST
from estimators.experiment import Program
from estimators.timing.turns import Comparison, turn_seconds
from estimators.training.train import Member
from service.submission import SMALLEST, Submission, parse_submission

STEPS, WARM = 40, 10


def default_program() -> Program:
    """All runs of the smallest job, on MNIST."""
    job = parse_submission(SMALLEST | {"dataset": {"name": "mnist"}})
    assert isinstance(job, Submission)
    members = {lane: Member(*run) for lane, run in enumerate(job.experiment.runs)}
    program = Program(job.experiment, members, len(members))
    program.trainer.run(WARM)
    return program


def round_seconds(program: Program) -> dict[str, float]:
    """Of a run, by side."""
    trainer, spec = program.trainer, program.spec
    steps = spec.training.steps
    some = turn_seconds(lambda: trainer.run(trainer.at + STEPS), 1, HOST)
    few = turn_seconds(lambda: program.bounds(0), 1, HOST)
    at, trainer.at = trainer.at, steps
    whole = turn_seconds(lambda: program.bounds(0), 1, HOST)
    trainer.at = at
    full, short = spec.evaluation.look_counts(steps)
    return {
        "training": some / STEPS / len(program.members) * steps,
        "evaluation": full * whole + short * few,
        "all examples, always": (full + short) * whole,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    program = default_program()
    rounds = [round_seconds(program) for _ in range(options.rounds)]
    spec = program.spec
    about = {"estimator": spec.estimator.name, "model": spec.model.name}
    sides = {side: [one[side] for one in rounds] for side in rounds[0]}
    comparisons = list(printed_comparisons(iter([Comparison(about, sides)])))
    if options.output:
        write_results(options.output, "evaluation", comparisons, ())


if __name__ == "__main__":
    main()
