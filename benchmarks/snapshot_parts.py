"""What a thousand draws at a snapshot take, and what of it no way of taking them saves.

    python -m benchmarks.snapshot_parts [--estimators NAMES] [--draws 1000] [--rounds 3]
                                        [--output benchmarks/results]

Beside ``gradarena bench snapshots``, whose sides come first: of the same draws the noise, the
products, the functions of their numbers (``benchmarks.least``) and the sums, each alone.  CPU time
of a draw.
"""

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import torch

from benchmarks.least import graph_functions
from benchmarks.peers.results import write_results
from estimators.commands.bench import printed_comparisons
from estimators.devices import HOST
from estimators.measuring import frozen
from estimators.specs import ESTIMATORS
from estimators.timing.floors import PRODUCTS, random_product
from estimators.timing.programs import Size
from estimators.timing.snapshots import snapshot_sides
from estimators.timing.turns import Comparison, Side, time_by_turns
from estimators.training.tracing import trace_function

NAMES = "reinforce_loo,gumbel_softmax"
# Draws that are noted: more than are ever taken together.
FEW = 64


class Chunk(NamedTuple):
    """What a measurement works out together: by which function, and on which noise."""

    function: Callable[..., Any]
    noise: list[torch.Tensor]  # [n, draws, B, ...]
    draw: Callable[[], object]
    add: Callable[[], object]

    @property
    def parts(self) -> dict[str, Callable[[], object]]:
        graph = trace_function(self.function, self.noise).graph
        products = [random_product(node, HOST) for node in graph.nodes if node.target in PRODUCTS]
        return {
            "its noise": self.draw,
            "its products": lambda: [multiply() for multiply in products],
            "its functions": graph_functions(graph),
            "its sums": self.add,
        }


def noted_chunk(measure: Callable[[], object]) -> Chunk:
    """The first chunk of a measurement."""
    first_calls: dict[str, partial[Any]] = {}

    def note(name: str) -> Any:
        does = getattr(frozen, name)

        def noting(*arguments: Any) -> Any:
            first_calls.setdefault(name, partial(does, *arguments))
            return does(*arguments)

        return patch.object(frozen, name, noting)

    with note("for_many_calls"), note("stacked_noise"), note("add_tree"):
        measure()
    function, _, noise = first_calls["for_many_calls"].args
    return Chunk(function, noise, first_calls["stacked_noise"], first_calls["add_tree"])


def parts_comparison(name: str, draws: int, rounds: int) -> Comparison:
    spec, size = ESTIMATORS[name].model_validate({}), Size()
    few = snapshot_sides(spec, FEW, size, HOST)["measurement"]
    chunk = noted_chunk(few.call)
    together = len(chunk.noise[0])
    whole = snapshot_sides(spec, draws, size, HOST)
    sides = {side: Side(turn.call, draws) for side, turn in whole.items()} | {
        side: Side(partial(repeat, call, draws // together), draws // together * together)
        for side, call in chunk.parts.items()
    }
    about = {"estimator": name, "batch": size.batch, "draws": draws, "together": together}
    return Comparison(about, time_by_turns(sides, rounds, 1, HOST))


def repeat(call: Callable[[], object], count: int) -> None:
    for _ in range(count):
        call()


def all_comparisons(options: argparse.Namespace) -> Iterator[Comparison]:
    for name in options.estimators.split(","):
        yield parts_comparison(name, options.draws, options.rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--estimators", default=NAMES)
    parser.add_argument("--draws", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    comparisons = list(printed_comparisons(all_comparisons(options)))
    if options.output:
        write_results(options.output, "snapshot_parts", comparisons, ())


if __name__ == "__main__":
    main()
