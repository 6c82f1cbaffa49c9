"""Steps that a device counts, captured or not, are the steps that the host counts."""

import numpy as np
import pytest
import torch

from estimators.registry import build_estimator, build_net
from estimators.specs.models import Bernoulli, SigmoidBeliefNet
from estimators.specs.pathwise import GumbelSoftmax
from estimators.specs.schedules import StepList
from estimators.specs.score_function import NVIL
from estimators.specs.training import SGD, Adam, Training
from estimators.training import pace, train
from estimators.training.train import Member, Trainer
from tests.estimators.tape import capture_tape

# Their products are numbers of float32, as a device has them.
RATES = (2.0**-9, 2.0**-6, 2.0**-9)
HALVED = StepList(at=[6, 9], factor_each=0.5)
ESTIMATORS = {
    "gumbel_softmax": GumbelSoftmax(start=2.0, rate=0.125),
    "nvil": NVIL(tuning_rate=0.125),
}
OPTIMIZERS = {"sgd": SGD(momentum=0.5), "adam": Adam(beta1=0.5, weight_decay=0.125)}


def trainer(name, optimizer, state=None):
    x = torch.rand(50, 6, generator=torch.Generator().manual_seed(1))
    net = build_net(SigmoidBeliefNet(layers=[Bernoulli(n=5), Bernoulli(n=4)]), {"x": 6})
    training = Training(batch_size=8, optimizer=OPTIMIZERS[optimizer], schedule=HALVED)
    members = [Member(11 + lane, {"learning_rate": rate}) for lane, rate in enumerate(RATES)]
    estimator = build_estimator(ESTIMATORS[name])
    return Trainer(estimator, net, {"x": x}, members, training, state, drawn=True)


def as_on_a_device(monkeypatch, capture):
    """Trainers that start from now on go so, over a reel of seven steps, two at once."""

    class There(pace.DevicePace):
        def __init__(self, *args):
            super().__init__(*args)
            self.capture = capture

    monkeypatch.setattr(pace, "REEL", 7)
    monkeypatch.setattr(pace, "BURST", 2)
    monkeypatch.setattr(train, "pace_on", lambda device: There)


@pytest.mark.parametrize(
    "name, optimizer, capture",
    [
        ("nvil", "adam", None),
        ("nvil", "adam", capture_tape),
        ("gumbel_softmax", "sgd", capture_tape),
    ],
)
def test_steps_that_a_device_counts_are_those_of_the_host(monkeypatch, name, optimizer, capture):
    """Over epochs of six steps, a schedule, and a state from which another goes on; what is
    captured goes two steps at once where reel and epoch have them."""
    host = trainer(name, optimizer)
    costs = host.run(20)
    as_on_a_device(monkeypatch, capture)
    first, stands = trainer(name, optimizer), []
    assert torch.equal(first.run(9, stands.append), costs[:9])
    assert stands == ([1, 2, 3, 4, 6, 7, 9] if capture else list(range(1, 10)))
    again = trainer(name, optimizer, first.state())
    assert torch.equal(again.run(20), costs[9:]) and torch.equal(again.rows, host.rows)
    whole, other = host.state(), again.state()
    assert all(np.array_equal(values, other[key]) for key, values in whole.items())


def test_what_is_put_back_is_captured_anew(monkeypatch):
    as_on_a_device(monkeypatch, capture_tape)
    begun = trainer("nvil", "adam")
    begun.run(4)
    state, rest = begun.state(), begun.run(9)
    begun.load(state)
    assert torch.equal(begun.run(9), rest)
