"""Nets small enough to enumerate, with batches and memories, on which the oracle tries an
estimator."""

from typing import Literal, NamedTuple

import torch

from .. import noise
from ..core import Estimator, Memory, Params, TrainableNet, estimate_gradient
from ..registry import build_net
from ..specs.models import (
    Bernoulli,
    Categorical,
    Gaussian,
    Model,
    SigmoidBeliefNet,
    StructuredPrediction,
    Toy,
)


class Polynomial(Model):
    """One layer; the cost is a power of a weighted sum of its values, or a product over them."""

    name: Literal["polynomial"] = "polynomial"
    degree: int = 2
    product: bool = False
    net = ("polynomial", "Polynomial")
    task = "pixels"


B, C, G = Bernoulli, Categorical, Gaussian
SIZES = {"x": 4, "y": 2}
NETS = {
    "prediction-1": StructuredPrediction(layers=[B(n=3)]),
    "prediction-2": StructuredPrediction(layers=[B(n=3), B(n=2)]),
    "prediction-ar": StructuredPrediction(layers=[B(n=2), B(n=3, autoregressive=True)]),
    "vae-1": SigmoidBeliefNet(layers=[B(n=3)]),
    "vae-3": SigmoidBeliefNet(layers=[B(n=3), B(n=2), B(n=2)]),
    "categorical": SigmoidBeliefNet(layers=[C(n=2, classes=3), C(n=1, classes=3)]),
    "mixed": SigmoidBeliefNet(layers=[C(n=2, classes=3), B(n=2)]),
    "fdarn": SigmoidBeliefNet(layers=[B(n=4, autoregressive=True)]),
    "fdarn-2": SigmoidBeliefNet(layers=[B(n=3, autoregressive=True), B(n=2)]),
    "gaussian": SigmoidBeliefNet(layers=[G(n=2)]),
    "linear": Polynomial(layers=[B(n=3)], degree=1),
    "quadratic": Polynomial(layers=[B(n=3)], degree=2),
    "quadratic-categorical": Polynomial(layers=[C(n=2, classes=3)], degree=2),
    "linear-categorical": Polynomial(layers=[C(n=2, classes=3)], degree=1),
    "product": Polynomial(layers=[B(n=3)], product=True),
    "cubic": Polynomial(layers=[B(n=3)], degree=3),
    "toy": Toy(layers=[B(n=2)], target=0.2),
    "bound": SigmoidBeliefNet(layers=[B(n=2), B(n=1)], bound=3),
    "prediction-bound": StructuredPrediction(layers=[B(n=3)], bound=2),
    "gaussian-bound": SigmoidBeliefNet(layers=[G(n=1)], bound=2),
}

DEGREES = {  # of the cost: in one unit's value, and in all values together
    "linear": (1, 1),
    "quadratic": (2, 2),
    "quadratic-categorical": (2, 2),
    "linear-categorical": (1, 1),
    "product": (1, 3),
    "cubic": (3, 3),
    "toy": (2, 2),
}
ENOUGH = {"linear": (1, 1), "quadratic": (2, 2), "quadratic_per_unit": (2, 99), "none": (0, 0)}


# Steps of warming whose noise is drawn together.
APIECE = 8


def promises_unbiased(estimator: Estimator, name: str) -> bool:
    """Whether what an estimator declares makes it unbiased (up to scale, perhaps) on the net of a
    name."""
    holds = estimator.holds(NETS[name])
    if holds.startswith("all"):
        return True
    return all(
        d <= most for d, most in zip(DEGREES.get(name, (100, 100)), ENOUGH[holds], strict=True)
    )


class Problem(NamedTuple):
    net: TrainableNet
    params: Params
    batch: Params


def make_problem(spec: Model, seed: int = 0, size: int = 3) -> Problem:
    """A net with large weights, so that slips show, and a batch, in float64."""
    sizes = {k: 0 if spec.task == "nothing" else size for k, size in SIZES.items()}
    g, net = torch.Generator().manual_seed(seed), build_net(spec, sizes)
    scale = 1.0 if any(layer.family == "gaussian" for layer in spec.layers) else 2.0
    batch = {k: (torch.rand(size, n, generator=g) < 0.5).double() for k, n in sizes.items()}
    start = {
        k: torch.where(p == 0, torch.randn(p.shape, generator=g), p) for k, p in net.init(g).items()
    }
    return Problem(net, {k: scale * p.double() for k, p in start.items()}, batch)


def fresh_memory(estimator: Estimator, at: Problem) -> Memory:
    memory = estimator.init(at.net, at.params, torch.Generator().manual_seed(1))
    return Memory(*[{k: v.double() for k, v in part.items()} for part in memory])


def stirred_memory(memory: Memory, by: float = 0.5) -> Memory:
    """The same memory with all that is learned moved at random: an unbiased estimator does not
    mind."""
    g = torch.Generator().manual_seed(2)
    moved = {
        k: v + by * torch.randn(v.shape, generator=g, dtype=v.dtype)
        for k, v in memory.learned.items()
    }
    return memory._replace(learned=moved)


def warm_memory(estimator: Estimator, at: Problem, steps: int = 50, rate: float = 0.01) -> Memory:
    """Memory after some steps at weights twice as large, so that nothing in it fits."""
    learned, running = fresh_memory(estimator, at)
    far = {k: 2 * p for k, p in at.params.items()}
    shapes = estimator.noise(at.net, len(at.batch["x"]))
    for step in range(steps):
        number, t = divmod(step, APIECE)
        if t == 0:
            block = noise.noise_block(shapes, 7, torch.float64, APIECE, number)
        u = [v[t] for v in block]
        g = estimate_gradient(estimator, at.net, far, Memory(learned, running), at.batch, u)
        learned, running = {k: v - rate * g.learned[k] for k, v in learned.items()}, g.running
    return Memory(learned, running)
