"""Steps of Storchastic, on one layer: its leave-one-out wants several draws of each, and they
multiply."""

import storch
import torch
from storch.method import ARM, GumbelSoftmax, Method, ScoreFunction
from torch import Tensor
from torch.distributions import Bernoulli

from estimators.specs import pathwise
from estimators.timing.programs import RATE
from estimators.timing.turns import Side

from .start import Start


def sampling_method(name: str, draws: int) -> Method:
    methods = {
        "reinforce_loo": lambda: ScoreFunction(
            "z", n_samples=draws, baseline_factory="batch_average"
        ),
        "arm": lambda: ARM("z"),
        "gumbel_softmax": lambda: GumbelSoftmax(
            "z", initial_temperature=pathwise.GumbelSoftmax().temperature
        ),
    }
    return methods[name]()


def log_prob(z: Tensor, logits: Tensor) -> Tensor:
    """[..., n] -> [...]; relaxed values as well."""
    return (z * logits - torch.nn.functional.softplus(logits)).sum(-1)


def storchastic_side(name: str, start: Start) -> Side:
    """One seed.  A call returns the cost."""
    [up], [down] = (net := start.modules()).encoder, net.decoder
    method, optimizer = sampling_method(name, start.draws), torch.optim.Adam(net.parameters(), RATE)

    def step() -> Tensor:
        optimizer.zero_grad()
        x = storch.denote_independent(start.minibatch(), 0, "data")
        q = Bernoulli(logits=up(x - start.mean), validate_args=False)
        z = method(q)
        log_p = log_prob(x, down(2 * z - 1)) + log_prob(z, net.prior)
        cost = storch.add_cost(log_prob(z, q.logits) - log_p, "cost")
        mean = cost.detach_tensor().mean()
        storch.backward()
        optimizer.step()
        return mean

    return Side(step)


def timed_sides(name: str, start: Start, lanes: int) -> dict[str, Side]:
    return {"Storchastic": storchastic_side(name, start)}
