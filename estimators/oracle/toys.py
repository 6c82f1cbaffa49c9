"""The field's canonical toy, E[(b - t)^2] of one Bernoulli unit b of probability p, without
sampling.

Every value that an estimator's draws can take is enumerated, so bias and variance are exact.  What
an estimator keeps running (a mean of its signal) is where it settles at this p; what it learns is
fresh.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

from ..core import Estimator, Memory, Net, Params
from ..registry import build_estimator, build_net
from ..specs import Estimator as Spec
from ..specs.models import Bernoulli, Toy
from . import exact


class Row(NamedTuple):
    """Of the derivative in the logit of p."""

    estimator: dict[str, Any]
    gradient: float  # the exact one
    bias: float
    variance: float
    forward: float  # evaluations of the cost
    backward: float


def toy_table(estimators: Sequence[Spec], p: float = 0.2, t: float = 0.499) -> list[Row]:
    """One row per estimator whose values can be enumerated; the others are left out.

    Raises ValueError if p is not between 0 and 1.
    """
    if not 0 < p < 1:
        raise ValueError("p wants to be between 0 and 1.")
    model = Toy(layers=(Bernoulli(n=1),), target=t)
    net, batch = build_net(model, {"x": 0}), {"x": torch.zeros(1, 0, dtype=torch.float64)}
    params = {"q0.b": torch.tensor([math.log(p / (1 - p))], dtype=torch.float64)}
    want = exact.exact_gradient("single", net, params, batch)["q0.b"].item()
    rows = []
    for spec in estimators:
        estimator = build_estimator(spec)
        if spec.refuses(model) or not exact.is_enumerable(estimator, net):
            continue
        memory = settled_memory(estimator, net, params, batch)
        mean, variance = (
            m["q0.b"].item() for m in exact.exact_moments(estimator, net, params, memory, batch)
        )
        rows.append(Row(spec.model_dump(), want, mean - want, variance, *spec.evaluations(model)))
    return rows


def settled_memory(estimator: Estimator, net: Net, params: Params, batch: Params) -> Memory:
    """Fresh memory whose running means stand where they settle at frozen parameters: each moves by
    a fixed share of the way, so that two steps tell (Aitken).  A count of steps does not settle,
    and stays."""
    generator = torch.Generator().manual_seed(0)
    learned, first = (
        {k: v.double() for k, v in part.items()} for part in estimator.init(net, params, generator)
    )

    def follow(running: Params) -> Params:
        return exact.expected_running(estimator, net, params, Memory(learned, running), batch)

    second = follow(first) if first else first
    third = follow(second) if first else first
    return Memory(learned, {k: aitken_limit(first[k], second[k], third[k]) for k in first})


def aitken_limit(first: torch.Tensor, second: torch.Tensor, third: torch.Tensor) -> torch.Tensor:
    step, bend = second - first, third - 2 * second + first
    return torch.where(bend == 0, first, first - step.square() / torch.where(bend == 0, 1.0, bend))
