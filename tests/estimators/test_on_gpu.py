"""What only a GPU can show: it trains the run that the CPU trains, and goes on bit for bit."""

import pytest
import torch

from estimators import noise
from estimators.devices import HOST, claim_device
from estimators.registry import build_estimator, build_net
from estimators.specs import ESTIMATORS
from estimators.specs.models import Bernoulli, SigmoidBeliefNet
from estimators.specs.training import Adam, Training
from estimators.training.train import Member, Trainer

pytestmark = pytest.mark.gpu
NAMES = ("reinforce_loo", "muprop", "rebar", "rodeo", "disarm")
RUNS = [Member(1, {"learning_rate": 1e-3}), Member(2, {"learning_rate": 3e-3})]


def trainer(name, device, dtype=torch.float64, state=None):
    x = torch.rand(50, 6, generator=torch.Generator().manual_seed(1)) < 0.2
    net = build_net(SigmoidBeliefNet(layers=[Bernoulli(n=5), Bernoulli(n=4)]), {"x": 6})
    training = Training(batch_size=8, optimizer=Adam())
    data = {"x": x.to(device, dtype)}
    return Trainer(build_estimator(ESTIMATORS[name]()), net, data, RUNS, training, state)


@pytest.fixture(scope="module")
def card():
    return claim_device("cuda")


@pytest.mark.parametrize("name", NAMES)
def test_a_gpu_trains_the_run_that_the_cpu_trains(card, name):
    """To 1e-8 over 100 steps in float64: the noise has the same bits, sums another order."""
    here, there = trainer(name, HOST), trainer(name, card)
    torch.testing.assert_close(there.run(100).cpu(), here.run(100), rtol=1e-8, atol=1e-8)
    torch.testing.assert_close(there.rows.cpu(), here.rows, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_goes_on_bit_for_bit_on_a_gpu(card, name):
    whole, first = (trainer(name, card, torch.float32) for _ in range(2))
    whole.run(20)
    first.run(10)
    again = trainer(name, card, torch.float32, first.state())
    again.run(20)
    assert torch.equal(again.rows, whole.rows)


def test_a_gpu_draws_the_bits_of_the_host(card):
    shapes, seeds = [(3, 100, 20), (1, 7, 3)], [1, 2]
    places = (HOST, card)
    sides = [noise.Uniforms(shapes, seeds, torch.float32, device=where) for where in places]
    host, device = (side.at(12345) for side in sides)
    assert all(torch.equal(u, v.cpu()) for u, v in zip(host, device, strict=True))
    orders = [noise.example_orders(seeds, noise.ROWS, 3, 1000, where) for where in places]
    assert torch.equal(orders[0], orders[1].cpu())


def test_too_many_lanes_are_told_as_out_of_memory(card):
    """The word by which a bundle is halved."""
    with pytest.raises(torch.OutOfMemoryError):
        torch.empty(2**45, device=card)
