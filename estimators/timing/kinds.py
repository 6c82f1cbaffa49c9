"""What ``gradarena bench`` compares: each kind is a function that yields comparisons."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, NamedTuple

import torch

from ..devices import HOST
from ..specs import ESTIMATORS, Estimator
from .floors import step_products
from .programs import Size, timed_trainer
from .snapshots import snapshot_sides
from .textbook import LOSSES, textbook_step
from .turns import Comparison, Side, time_by_turns

# Calls of a side in its turn.
CALLS = 5
LIKE_LOOP = ("reinforce_loo", "gumbel_softmax", "muprop", "rebar")


class Bench(NamedTuple):
    """What to time, how often, and where."""

    # None: those that a kind is about.
    estimators: tuple[str, ...] = ()
    lanes: tuple[int, ...] = (8, 1)
    batches: tuple[int, ...] = (100, 24)
    widths: tuple[int, ...] = (200, 200, 200)
    draws: int = 100
    rounds: int = 7
    device: torch.device = HOST

    def specs(self, usual: tuple[str, ...]) -> list[Estimator]:
        """At their defaults, of those that serve the discrete VAE."""
        some = [ESTIMATORS[name].model_validate({}) for name in self.estimators or usual]
        return [spec for spec in some if spec.refuses(Size(widths=self.widths).model) is None]

    def compare(self, about: dict[str, Any], sides: dict[str, Side], calls: int) -> Comparison:
        return Comparison(about, time_by_turns(sides, self.rounds, calls, self.device))


def against_floor(bench: Bench) -> Iterator[Comparison]:
    """A step beside the products of matrices that it makes."""
    for spec, batch, lanes in product(bench.specs(tuple(ESTIMATORS)), bench.batches, bench.lanes):
        trainer = timed_trainer(spec, Size(lanes, batch, bench.widths), bench.device)
        sides = {
            "products": Side(step_products(trainer), lanes),
            "step": Side(trainer.step, lanes),
        }
        about = {"estimator": spec.name, "batch": batch, "lanes": lanes}
        yield bench.compare(about, sides, CALLS)


def against_textbook(bench: Bench) -> Iterator[Comparison]:
    """A run's share of a step beside a plain eager step of one seed."""
    for spec, batch in product(bench.specs(tuple(LOSSES)), bench.batches):
        if spec.name not in LOSSES:
            continue
        draws, size = getattr(spec, "draws", 1), Size(1, batch, bench.widths)
        sides = {
            f"a run of {lanes}": Side(
                timed_trainer(spec, size._replace(lanes=lanes), bench.device).step, lanes
            )
            for lanes in bench.lanes
        }
        sides["textbook"] = Side(textbook_step(spec.name, draws, size, bench.device))
        about = {"estimator": spec.name, "batch": batch, "draws": draws}
        yield bench.compare(about, sides, CALLS)


def against_loop(bench: Bench) -> Iterator[Comparison]:
    """Gradients drawn at frozen parameters: a measurement, beside a loop over the draws."""
    for spec in bench.specs(LIKE_LOOP):
        size = Size(1, bench.batches[0], bench.widths)
        about = {"estimator": spec.name, "batch": size.batch, "draws": bench.draws}
        yield bench.compare(about, snapshot_sides(spec, bench.draws, size, bench.device), 1)


def growing_programs(spec: Estimator, size: Size) -> dict[str, dict[str, tuple[Estimator, Size]]]:
    """From a size on: by what grows, and how far it has."""
    grown = {
        "lanes": {n: (spec, size._replace(lanes=n)) for n in (1, 2, 4, 8, 16, 32, 64)},
        "batch": {n: (spec, size._replace(batch=n)) for n in (12, 24, 50, 100, 200)},
        "width": {n: (spec, size._replace(widths=(n,) * 3)) for n in (50, 100, 200, 400)},
        "layers": {n: (spec, size._replace(widths=(200,) * n)) for n in (1, 2, 3, 4)},
    }
    if "draws" in type(spec).model_fields:
        grown["draws"] = {n: (spec.model_copy(update={"draws": n}), size) for n in (2, 4, 8, 16)}
    return {axis: {str(n): one for n, one in some.items()} for axis, some in grown.items()}


def with_growth(bench: Bench) -> Iterator[Comparison]:
    """What a step costs a run, as the program or its estimator grows."""
    size = Size(bench.lanes[0], min(bench.batches), bench.widths)
    for spec in bench.specs(("reinforce_loo",)):
        for axis, programs in growing_programs(spec, size).items():
            sides = {
                n: Side(timed_trainer(one, at, bench.device).step, at.lanes)
                for n, (one, at) in programs.items()
            }
            yield bench.compare({"estimator": spec.name, "grows": axis}, sides, CALLS)


Kind = Callable[[Bench], Iterator[Comparison]]
# By the word that names them.
KINDS: dict[str, Kind] = {
    "floor": against_floor,
    "textbook": against_textbook,
    "snapshots": against_loop,
    "growth": with_growth,
}
