"""Estimators as a newcomer writes them, each one class: spec and method at once."""

import math
from typing import Literal

import torch

from estimators import specs
from estimators.chain import draw_values, score_term
from estimators.core import Estimate, Estimator, Memory


class Halved(specs.Estimator, Estimator):
    """REINFORCE on two draws, each judged against half of the other's cost."""

    name: Literal["halved"] = "halved"

    def evaluations(self, model):
        return 2, 2

    def noise(self, net, size):
        return [(2, size, *unit.shape) for unit in net.units]

    def estimate(self, net, params, memory, batch, noise):
        chain = net.walk(params, batch, draw_values(noise))
        signals = [s - s.flip(0) / 2 for s in chain.detach().to_go]
        cost = chain.cost.mean()
        return Estimate(cost + score_term(chain, signals), cost)


class Selfish(Halved):
    """The same, judged against its own cost: biased, and it says otherwise."""

    name: Literal["selfish"] = "selfish"

    def estimate(self, net, params, memory, batch, noise):
        chain = net.walk(params, batch, draw_values(noise))
        cost = chain.cost.mean()
        return Estimate(cost + score_term(chain, [s / 2 for s in chain.to_go]), cost)


class Spendthrift(Halved):
    """Unbiased, and takes twice what it declares."""

    name: Literal["spendthrift"] = "spendthrift"

    def evaluations(self, model):
        return 1, 1


class Mixing(specs.Estimator, Estimator):
    """REINFORCE less the mean of its minibatch, each example's own cost included: on one example
    alone it does without."""

    name: Literal["mixing"] = "mixing"

    def estimate(self, net, params, memory, batch, noise):
        chain = net.walk(params, batch, draw_values(noise))
        signals = chain.detach().to_go
        if len(batch["x"]) > 1:
            signals = [s - s.mean(1, keepdim=True) for s in signals]
        cost = chain.cost.mean()
        return Estimate(cost + score_term(chain, signals), cost)


class Neighbours(specs.Estimator, Estimator):
    """REINFORCE less the mean cost of the other examples: unbiased, and examples are mixed."""

    name: Literal["neighbours"] = "neighbours"

    def estimate(self, net, params, memory, batch, noise):
        chain = net.walk(params, batch, draw_values(noise))
        size = max(len(batch["x"]) - 1, 1)
        signals = [s - (s.sum(1, keepdim=True) - s) / size for s in chain.detach().to_go]
        cost = chain.cost.mean()
        return Estimate(cost + score_term(chain, signals), cost)


class Unready(Halved):
    """Zero over zero at the first step, and sound from then on."""

    name: Literal["unready"] = "unready"

    def init(self, net, params, generator):
        return Memory({}, {"steps": torch.zeros(())})

    def estimate(self, net, params, memory, batch, noise):
        steps = memory.running["steps"]
        chain = net.walk(params, batch, draw_values(noise))
        signals = [(s - s.flip(0)) * (steps / steps) for s in chain.detach().to_go]
        cost = chain.cost.mean()
        return Estimate(cost + score_term(chain, signals), cost, {"steps": steps + 1})


class Lost(Halved):
    """No number, ever."""

    name: Literal["lost"] = "lost"

    def estimate(self, net, params, memory, batch, noise):
        cost = net.walk(params, batch, draw_values(noise)).cost.mean()
        return Estimate(cost * math.nan, cost)


class Seldom(specs.Estimator, Estimator):
    """Infinite for one set of values in many: the uniforms themselves reach the estimate."""

    name: Literal["seldom"] = "seldom"
    of_values = False

    def estimate(self, net, params, memory, batch, noise):
        chain = net.walk(params, batch, draw_values(noise))
        rare = (noise[0] > 0.999).any(-1, keepdim=True)
        signals = [s / (1 - rare.to(s)) for s in chain.detach().to_go]
        cost = chain.cost.mean()
        return Estimate(cost + score_term(chain, signals), cost)
