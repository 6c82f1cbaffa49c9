"""The field's canonical toy, E[(b - t)^2] of one Bernoulli unit b of probability p, without
sampling.

Where the values drawn are all that noise does, every set of them is enumerated; elsewhere one or
two uniforms are integrated by Gauss-Legendre rules between the places where values jump.  What an
estimator keeps running (a mean of its signal) is where it settles at this p; what it learns is at
the optimum of its own criterion (optima.py).  Estimators that want more than two uniforms are left
out.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.func import vmap

from ..core import Estimator, Gradient, Memory, Net, Params, estimate_gradient
from ..registry import build_estimator, build_net
from ..specs import Estimator as Spec
from ..specs.models import Bernoulli, Toy
from . import exact, optima

# Panels end at the jumps, and crowd around them and around 0 and 1: relaxations are steep there.
CROWD = (0.1, 0.01, 1e-3, 1e-4)
NODES = 8  # a panel
# Relative biases below it are those of the rules and of float64.
ROUNDING = 1e-5


class Row(NamedTuple):
    """Of the derivative in the logit of p."""

    estimator: dict[str, Any]
    gradient: float  # the exact one
    # Relative to the exact one's size, with the sign of what is too much; 0 where none is seen.
    bias: float
    variance: float
    forward: float  # evaluations of the cost
    backward: float
    # Whether what it learns came to an optimum; None if it learns nothing.
    optimal: bool | None
    # What it learned, of what is one number.
    reached: dict[str, float]


class ToyProblem(NamedTuple):
    """The unit's net with its logit and a batch of one empty example."""

    p: float
    net: Net
    params: Params
    batch: Params


def toy_table(estimators: Sequence[Spec], p: float = 0.2, t: float = 0.499) -> list[Row]:
    """One row per estimator that can be enumerated or integrated; the others are left out.

    Raises ValueError if p is not between 0 and 1.
    """
    if not 0 < p < 1:
        raise ValueError("p wants to be between 0 and 1.")
    model = Toy(layers=(Bernoulli(n=1),), target=t)
    params = {"q0.b": torch.tensor([math.log(p / (1 - p))], dtype=torch.float64)}
    batch = {"x": torch.zeros(1, 0, dtype=torch.float64)}
    toy = ToyProblem(p, build_net(model, {"x": 0}), params, batch)
    served = [spec for spec in estimators if not spec.refuses(model)]
    built = [(spec, build_estimator(spec)) for spec in served]
    return [
        toy_row(toy, spec, estimator, spec.evaluations(model))
        for spec, estimator in built
        if exact.is_enumerable(estimator, toy.net) or uniform_count(estimator, toy.net) <= 2
    ]


def toy_row(
    toy: ToyProblem, spec: Spec, estimator: Estimator, evaluations: tuple[float, float]
) -> Row:
    """Bias and variance of one estimator, with its memory where it settles."""
    want = exact.exact_gradient("single", toy.net, toy.params, toy.batch)["q0.b"].item()
    memory, optimal = settled_memory(estimator, toy)
    mean, variance = toy_moments(estimator, toy, memory)
    bias = (mean - want) / abs(want)
    sure = 0.0 if abs(bias) < ROUNDING else bias
    return Row(
        spec.model_dump(), want, sure, variance, *evaluations, optimal, reached_numbers(memory)
    )


def toy_moments(estimator: Estimator, toy: ToyProblem, memory: Memory) -> tuple[float, float]:
    """Mean and variance of the estimate."""
    weights, steps = toy_outcomes(estimator, toy, memory)
    g = steps.params["q0.b"][:, 0]
    mean = (weights * g).sum()
    return mean.item(), (weights * (g - mean).square()).sum().item()


def reached_numbers(memory: Memory) -> dict[str, float]:
    """Temperature, eta, alpha, scales: what is learned and one number, and no network's."""
    single = {k: v for k, v in memory.learned.items() if "." not in k}
    plain = {k: v.exp() if k.startswith("log_") else v for k, v in single.items()}
    return {k.removeprefix("log_"): v.item() for k, v in plain.items()}


def uniform_count(estimator: Estimator, net: Net) -> int:
    """How many uniforms one estimate of one example takes."""
    return sum(math.prod(shape) for shape in estimator.noise(net, 1))


def toy_outcomes(estimator: Estimator, toy: ToyProblem, memory: Memory) -> tuple[Tensor, Gradient]:
    """Weights [S] that sum to one, and the steps [S, ...] at all outcomes of the noise."""
    if exact.is_enumerable(estimator, toy.net):
        return exact.weighed_outcomes(estimator, toy.net, toy.params, memory, toy.batch)
    shape = estimator.noise(toy.net, 1)[0]
    points, weights = uniform_rule(toy.p, uniform_count(estimator, toy.net))
    step = lambda u: estimate_gradient(
        estimator, toy.net, toy.params, memory, toy.batch, [u.reshape(shape)]
    )
    return weights, vmap(step)(points)


def uniform_rule(p: float, dimensions: int) -> tuple[Tensor, Tensor]:
    """Points [S, dimensions] in the unit cube and their weights [S]: a product of Gauss-Legendre
    rules on panels between p, 1 - p and the ends."""
    jumps = {0.0, 1.0, p, 1 - p}
    ends = sorted(
        {x for jump in jumps for by in (0.0, *CROWD) for x in (jump - by, jump + by) if 0 <= x <= 1}
    )
    x, w = np.polynomial.legendre.leggauss(NODES)
    panels = [(a, b) for a, b in pairwise(ends) if b - a > 1e-12]
    line = torch.tensor(np.concatenate([(a + b) / 2 + (b - a) / 2 * x for a, b in panels]))
    share = torch.tensor(np.concatenate([(b - a) / 2 * w for a, b in panels]))
    index = torch.cartesian_prod(*[torch.arange(len(line))] * dimensions).reshape(-1, dimensions)
    return line[index], share[index].prod(-1)


def settled_memory(estimator: Estimator, toy: ToyProblem) -> tuple[Memory, bool | None]:
    """Memory whose running means stand where they settle at frozen parameters and what is learned
    at its optimum; whether it got there, None if nothing is learned."""
    fresh = estimator.init(toy.net, toy.params, torch.Generator().manual_seed(0))
    learned, running = ({k: v.double() for k, v in part.items()} for part in fresh)
    memory = settled_running(estimator, toy, Memory(learned, running))
    if not learned:
        return memory, None
    best, optimal = optima.fitted_memory(estimator, toy.net, toy.params, memory)
    return settled_running(estimator, toy, best), optimal


def settled_running(estimator: Estimator, toy: ToyProblem, memory: Memory) -> Memory:
    """The same memory with its running means where they settle: each moves by a fixed share of the
    way, so that two steps tell (Aitken).  A count of steps does not settle, and stays."""
    first = memory.running
    second = expected_running(estimator, toy, memory)
    third = expected_running(estimator, toy, memory._replace(running=second))
    limits = {k: aitken_limit(first[k], second[k], third[k]) for k in first}
    return memory._replace(running=limits)


def expected_running(estimator: Estimator, toy: ToyProblem, memory: Memory) -> Params:
    """What an estimator keeps after one more step, in expectation."""
    if not memory.running:
        return memory.running
    weights, steps = toy_outcomes(estimator, toy, memory)
    return {k: torch.tensordot(weights, v, 1) for k, v in steps.running.items()}


def aitken_limit(first: Tensor, second: Tensor, third: Tensor) -> Tensor:
    """Of a sequence that closes a fixed share of its distance at every step."""
    step, bend = second - first, third - 2 * second + first
    return torch.where(bend == 0, first, first - step.square() / torch.where(bend == 0, 1.0, bend))
