"""Estimators as a newcomer writes them, each one class: spec and method at once."""

from typing import Literal

from estimators import specs
from estimators.chain import draw_values, score_term
from estimators.core import Estimate, Estimator


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
