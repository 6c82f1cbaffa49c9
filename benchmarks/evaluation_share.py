"""What evaluations take of a default job on MNIST, beside its steps.

    python -m benchmarks.evaluation_share [--rounds 5] [--output benchmarks/results]

Of one run of the smallest job, CPU time: its 6,000 steps, by some of them in a program of the job's
five runs; its evaluations by the policy of whoever says nothing of them; of these, noise and matrix
products by themselves, which no way of evaluating saves; and what they would be if each took all
examples.  MNIST has to be at hand (``gradarena data fetch mnist``).
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from unittest.mock import patch

import torch
from torch import Tensor

from benchmarks.peers.results import write_results
from estimators.chain import Params, draw_values
from estimators.commands.bench import printed_comparisons
from estimators.devices import HOST
from estimators.experiment import Program, first_examples
from estimators.timing.floors import PRODUCTS, random_product
from estimators.timing.turns import Comparison, turn_seconds
from estimators.training import evaluate
from estimators.training.evaluate import sampled_walks
from estimators.training.tracing import trace_function
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


def sampled_parts(program: Program, few: int | None, walk: Callable[..., object]) -> None:
    """``walk`` in place of the net's, on the noise of one evaluation of a run: the first ``few``
    examples of each part, or all."""
    (samples,), (params, _) = program.spec.evaluation.counts, program.trainer.of(0)
    for split, part in enumerate(program.judged):
        some = first_examples(part, few)
        for _ in sampled_walks(walk, program.trainer.net, params, some, 0, split, samples):
            pass


def walk_products(program: Program, few: int | None) -> Callable[[], None]:
    """The products of all walks of one evaluation, on random tensors of their shapes."""
    net, calls = program.trainer.net.sampled, list[list[Callable[[], object]]]()
    lists: dict[str, list[Callable[[], object]]] = {}

    def cost(params: Params, batch: Params, u: Sequence[Tensor]) -> Tensor:
        return net.walk(params, batch, draw_values(u)).cost

    def note(params: Params, batch: Params, u: Sequence[Tensor]) -> Tensor:
        shapes = str([v.shape for v in u])
        if shapes not in lists:
            nodes = trace_function(cost, params, batch, list(u)).graph.nodes
            lists[shapes] = [random_product(n, HOST) for n in nodes if n.target in PRODUCTS]
        calls.append(lists[shapes])
        return u[0]

    with patch.object(evaluate, "for_many_calls", lambda walk, *_: walk):
        sampled_parts(program, few, note)

    def multiply_all() -> None:
        for products in calls:
            for multiply in products:
                multiply()

    return multiply_all


def round_seconds(program: Program, products: Sequence[Callable[[], None]]) -> dict[str, float]:
    """Of a run, by side; ``products`` of an evaluation of few examples and of one of all."""
    trainer, spec = program.trainer, program.spec
    steps, interim = spec.training.steps, spec.evaluation.interim_examples
    full, short = spec.evaluation.look_counts(steps)

    def both(few: Callable[[], object], whole: Callable[[], object]) -> float:
        return short * turn_seconds(few, 1, HOST) + full * turn_seconds(whole, 1, HOST)

    def whole_bounds() -> None:
        at, trainer.at = trainer.at, steps
        program.bounds(0)
        trainer.at = at

    some = turn_seconds(lambda: trainer.run(trainer.at + STEPS), 1, HOST)
    draw: Callable[[int | None], Callable[[], None]] = lambda few: (
        lambda: sampled_parts(program, few, lambda params, batch, u: u[0])
    )
    return {
        "training": some / STEPS / len(program.members) * steps,
        "evaluation": both(lambda: program.bounds(0), whole_bounds),
        "its noise": both(draw(interim), draw(None)),
        "its products": both(*products),
        "all examples, always": (full + short) * turn_seconds(whole_bounds, 1, HOST),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    program = default_program()
    spec = program.spec
    products = [walk_products(program, few) for few in (spec.evaluation.interim_examples, None)]
    rounds = [round_seconds(program, products) for _ in range(options.rounds)]
    about = {"estimator": spec.estimator.name, "model": spec.model.name}
    sides = {side: [one[side] for one in rounds] for side in rounds[0]}
    comparisons = list(printed_comparisons(iter([Comparison(about, sides)])))
    if options.output:
        write_results(options.output, "evaluation", comparisons, ())


if __name__ == "__main__":
    main()
