"""What an estimator learns, at the optimum of its own criterion, on a toy of one unit.

The criterion is taken over a grid of uniforms, one example for each point, so that it is a number
without noise; L-BFGS follows the tuning's own gradient.  Of a tuning that is the share r = A / (A +
P) of a square A, in which only A is differentiated, that is the gradient of log(A + P), which is
-log(1 - r) but for a constant; A / P is r / (1 - r).
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.func import grad_and_value

from ..core import Estimator, Memory, Net, Params

# Points a side of the grid: probabilities in twentieths fall between them.
SIDE = 60
# Of L-BFGS: iterations in a round, rounds, and the relative change of what is made small in a round
# that counts as none.
ITERATIONS, ROUNDS, SLACK = 40, 8, 0.01
LOGARITHMS = (math.log(0.01), math.log(100))
# Below this share of what it was at the start, it is nothing.
NONE = 1e-10


def fitted_memory(
    estimator: Estimator, net: Net, params: Params, memory: Memory
) -> tuple[Memory, bool]:
    """(memory with what is learned at the optimum, whether it settled): a round more changes what
    is made small by less than ``SLACK`` of itself."""
    names, shapes = list(memory.learned), [v.shape for v in memory.learned.values()]
    flat = torch.cat([v.flatten() for v in memory.learned.values()])
    criterion = grid_criterion(estimator, net, params, memory)
    is_share = getattr(estimator, "fits", "gradient") == "gradient"

    def unflatten(row: Tensor) -> Params:
        parts = row.split([shape.numel() for shape in shapes])
        return {k: bounded(k, p.view(s)) for k, p, s in zip(names, parts, shapes, strict=True)}

    def small(row: Tensor) -> float:
        value = criterion(unflatten(row))
        return float(value / (1 - value) if is_share else value)

    slope = grad_and_value(lambda row: criterion(unflatten(row)))
    before = first = small(flat)
    optimal = False
    for _ in range(ROUNDS):
        flat = lowered(flat, slope, is_share)
        now = small(flat)
        optimal = abs(now - before) <= SLACK * before or now <= NONE * first
        if optimal:
            break
        before = now
    return memory._replace(learned=unflatten(flat)), optimal


def bounded(name: str, value: Tensor) -> Tensor:
    """Temperatures stay between 0.01 and 100, as those of specs: some have their optimum at
    infinity."""
    return value.clamp(*LOGARITHMS) if name.startswith("log_") else value


def grid_criterion(
    estimator: Estimator, net: Net, params: Params, memory: Memory
) -> Callable[[Params], Tensor]:
    """The tuning as a function of what is learned, over a grid of all uniforms of one example."""
    shape = estimator.noise(net, 1)[0]
    dimensions = torch.Size(shape).numel()
    side = SIDE if dimensions < 3 else max(2, round(SIDE ** (2 / dimensions)))
    line = (torch.arange(side, dtype=torch.float64) + 0.5) / side
    points = torch.cartesian_prod(*[line] * dimensions).reshape(-1, dimensions)
    noise = [points.T.reshape(shape[0], *shape[2:], -1).movedim(-1, 1)]
    batch = {"x": torch.zeros(len(points), 0, dtype=torch.float64)}

    def criterion(learned: Params) -> Tensor:
        estimate = estimator.estimate(net, params, Memory(learned, memory.running), batch, noise)
        return torch.as_tensor(estimate.tuning)

    return criterion


def lowered(
    flat: Tensor, slope: Callable[[Tensor], tuple[Tensor, Tensor]], is_share: bool
) -> Tensor:
    """Where some iterations lead from ``flat``."""
    at = flat.clone().requires_grad_()
    step = torch.optim.LBFGS(
        [at],
        max_iter=ITERATIONS,
        tolerance_grad=0,
        tolerance_change=0,
        line_search_fn="strong_wolfe",
    )

    def closure() -> Tensor:
        at.grad, value = slope(at.detach())
        return -torch.log1p(-value) if is_share else value

    step.step(closure)
    return at.detach()
