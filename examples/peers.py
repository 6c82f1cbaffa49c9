"""The oracle on two libraries that are not ours: pip install reinmax storchastic, and run this.

Each adapter is a function of f and of copies of the logits that returns one gradient estimate per
copy.
"""

from collections.abc import Callable

import storch
import torch
from reinmax import reinmax
from storch.method import ARM, REBAR, ScoreFunction
from torch import Tensor
from torch.distributions import Bernoulli

from estimators.oracle.foreign import certify_function

Cost = Callable[[Tensor], Tensor]
Gradient = Callable[[Cost, Tensor], Tensor]


def second_order(temperature: float) -> Gradient:
    """ReinMax."""

    def gradient(f: Cost, logits: Tensor) -> Tensor:
        value, _ = reinmax(logits.requires_grad_(), temperature)
        return torch.autograd.grad(f(value).sum(), logits)[0]

    return gradient


def stochastic_graph(method: ScoreFunction | ARM | REBAR) -> Gradient:
    """An estimator of Storchastic, whose backward pass is that of the mean over copies."""

    def gradient(f: Cost, logits: Tensor) -> Tensor:
        logits.requires_grad_()
        value = method(Bernoulli(logits=storch.denote_independent(logits, 0, "copies")))
        storch.add_cost(storch.deterministic(lambda b: f(b.to(logits.dtype)))(value), "f")
        storch.backward()
        return logits.grad * len(logits)

    return gradient


if __name__ == "__main__":
    for temperature, promise in ((1.0, "quadratic"), (1.5, "none")):
        name = f"reinmax {temperature}"
        print(
            certify_function(second_order(temperature), "categorical", promise, name=name).table(),
            "\n",
        )
    methods = {
        "ScoreFunction": ScoreFunction("b", n_samples=2, baseline_factory="batch_average"),
        "ARM": ARM("b"),
        "REBAR": REBAR("b", n_samples=1),
    }
    for name, method in methods.items():
        print(
            certify_function(
                stochastic_graph(method), draws=20_000, name=f"storchastic {name}"
            ).table(),
            "\n",
        )
