"""What is compared with whom, at which sizes."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from benchmarks.peers.start import Start, peer_start
from estimators.devices import HOST
from estimators.specs import ESTIMATORS
from estimators.timing.programs import Size, timed_trainer
from estimators.timing.turns import Comparison, Side, time_by_turns

LANES = 8
CALLS = 5
# Of one another: first costs of sides that are the same model, each of a minibatch of its own.
COSTS_APART = 0.04
THREE_LAYERS, ONE_LAYER = (200, 200, 200), (200,)


class Match(NamedTuple):
    """An estimator of ours and who else has it."""

    peer: str
    estimator: str
    widths: tuple[int, ...]


# Storchastic's leave-one-out wants several draws of each layer, and they multiply: one layer.
MATCHES = [
    Match("jax", "reinforce_loo", THREE_LAYERS),
    Match("jax", "straight_through", THREE_LAYERS),
    Match("pyro", "nvil", THREE_LAYERS),
    Match("storch", "reinforce_loo", ONE_LAYER),
    Match("storch", "arm", ONE_LAYER),
    Match("storch", "gumbel_softmax", ONE_LAYER),
    Match("torch", "rodeo", ONE_LAYER),
]


def peer_sides(match: Match, start: Start) -> dict[str, Side]:
    """The peer is imported here."""
    steps: Any = import_module(f"benchmarks.peers.{match.peer}_steps")
    sides: dict[str, Side] = steps.timed_sides(match.estimator, start, LANES)
    return sides


def own_sides(match: Match, size: Size) -> dict[str, Side]:
    """Several runs together as long runs train and as short ones do, and one alone."""
    spec = ESTIMATORS[match.estimator].model_validate({})
    fused, together, alone = (
        timed_trainer(spec, size._replace(lanes=lanes), HOST) for lanes in (LANES, LANES, 1)
    )
    fused.fuse()
    return {
        f"ours, {LANES} together, fused": Side(fused.step, LANES),
        f"ours, {LANES} together": Side(together.step, LANES),
        "ours, alone": Side(alone.step),
    }


def match_comparison(match: Match, batch: int, rounds: int) -> Comparison:
    """Raises ValueError where the sides' first costs differ: they would not be the same model."""
    spec = ESTIMATORS[match.estimator].model_validate({})
    draws, size = getattr(spec, "draws", 1), Size(1, batch, match.widths)
    sides = own_sides(match, size) | peer_sides(match, peer_start(size, draws))
    costs = first_costs(sides)
    require_equal_costs(costs)
    about = {
        "estimator": match.estimator,
        "peer": match.peer,
        "widths": "-".join(map(str, match.widths)),
        "batch": batch,
        "draws": draws,
        "first costs": f"{min(costs.values()):.0f} to {max(costs.values()):.0f} nats",
    }
    return Comparison(about, time_by_turns(sides, rounds, CALLS, HOST))


def first_costs(sides: Mapping[str, Side]) -> dict[str, float]:
    """Mean over the runs of a side, of its first call."""
    return {name: float(np.mean(np.asarray(side.call()))) for name, side in sides.items()}


def require_equal_costs(costs: Mapping[str, float]) -> None:
    """Raises ValueError where they are further apart than minibatches make them."""
    # A NaN passes through numpy's, and fails.
    low, high = np.min([*costs.values()]), np.max([*costs.values()])
    if not high - low <= COSTS_APART * abs(low):
        raise ValueError(f"These sides do not begin at the same cost: {costs}")
