"""Whatever trains, evaluates and measures is on one device, the one that was asked for.

The device here holds no numbers (torch's "meta"): what reads one, or mixes it with the host, fails.
Numbers that come to the host come as ones.
"""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from estimators import noise
from estimators.experiment import Program
from estimators.specs import ESTIMATORS
from estimators.specs.experiment import Experiment
from estimators.specs.models import (
    FDARN,
    Bernoulli,
    Categorical,
    DiscreteVAE,
    Gaussian,
    GaussianVAE,
    PolynomialToy,
    SigmoidBeliefNet,
    StructuredPrediction,
    Toy,
)
from estimators.specs.pixels import GaussianPixels
from estimators.training.train import Member
from tests.estimators.cases import SPECS, label

ELSEWHERE = torch.device("meta")
MODELS = {
    "prediction": StructuredPrediction(layers=[Bernoulli(n=3), Bernoulli(n=2)]),
    "belief": SigmoidBeliefNet(layers=[Bernoulli(n=3), Bernoulli(n=2)]),
    "wide": SigmoidBeliefNet(layers=[Bernoulli(n=20)]),
    "bound": SigmoidBeliefNet(layers=[Bernoulli(n=3)], bound=2),
    "categorical": SigmoidBeliefNet(layers=[Categorical(n=2, classes=3)]),
    "fdarn": FDARN(layers=[Bernoulli(n=3, autoregressive=True)]),
    "discrete": DiscreteVAE(layers=[Bernoulli(n=3)], hidden=(4,)),
    "grey": DiscreteVAE(layers=[Bernoulli(n=3)], likelihood=GaussianPixels(learned=False)),
    "gaussian": GaussianVAE(layers=[Gaussian(n=3)]),
    "gaussian-bound": GaussianVAE(layers=[Gaussian(n=3)], bound=2),
    "toy": Toy(),
    "polynomial": PolynomialToy(layers=[Categorical(n=3, classes=3)]),
}
PAIRS = [(spec, name) for spec in SPECS for name in MODELS if not spec.refuses(MODELS[name])]


FEW = {
    "prediction": "local_expectation",
    "wide": "muprop",
    "bound": "vimco",
    "categorical": "rebar",
    "discrete": "reweighted_wake_sleep",
    "gaussian": "reparameterization",
}


def is_fetch(func, tensors, kwargs):
    """Whether an operation brings numbers of the device to the host."""
    copies = func is torch.ops.aten._to_copy.default and tensors
    return copies and tensors[0].device == ELSEWHERE != kwargs.get("device", ELSEWHERE)


class OneDevice(TorchDispatchMode):
    """Fails where an operation takes tensors of both; ``fetched`` counts what came to the host."""

    fetched = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        tensors = [x for x in tree_leaves((args, kwargs)) if isinstance(x, torch.Tensor)]
        places = {x.device for x in tensors if x.dim()}
        if is_fetch(func, tensors, kwargs or {}):
            self.fetched += 1
            return torch.ones(args[0].shape, dtype=kwargs.get("dtype") or args[0].dtype)
        if func is not torch.ops.aten.copy_.default or args[0].device != ELSEWHERE:
            assert len(places) < 2, f"{func} of tensors on {places}"
        return func(*args, **(kwargs or {}))


def experiment(spec, name):
    data = "nothing" if MODELS[name].task == "nothing" else "digits"
    return Experiment(
        model=MODELS[name],
        estimator=spec,
        dataset={"name": data},
        training={"steps": 4, "batch_size": 5, "checkpoint_every": 2},
        evaluation={"every": 4, "samples": 2, "active_units": True},
        measurement={"steps": [2], "draws": 10, "reference_draws": 10, "examples": 3},
    )


def stays_elsewhere(spec, name):
    wanted = experiment(spec, name)
    members = {lane: Member(seed, wanted.settings[0]) for lane, seed in enumerate((1, 2))}
    with OneDevice() as watched:
        program = Program(wanted, members, 2, device=ELSEWHERE)
        program.run_to(2)
        trainer, state = program.trainer, program.state()
        trainer.load(state)
        before = watched.fetched
        trainer.run(4)
        assert watched.fetched == before
        places = {v.device for v in [trainer.rows, *trainer.running.values()]}
        assert places == {ELSEWHERE} and program.state().keys() == state.keys()


@pytest.fixture
def quick_words(monkeypatch):
    """Four hundred operations on integers as one."""

    def tensor_words(key, counter):
        shape = torch.broadcast_shapes(*[word.shape for word in (*key, *counter)])
        return torch.empty(*shape, 4, dtype=torch.int64, device=ELSEWHERE)

    monkeypatch.setattr(noise, "tensor_words", tensor_words)


def test_noise_and_order_are_made_where_they_are_wanted():
    with OneDevice():
        (u,) = noise.Uniforms([(2, 3, 4)], [1, 2], torch.float32, device=ELSEWHERE).at(3)
        order = noise.example_orders([1, 2], noise.ROWS, 0, 9, ELSEWHERE)
    assert (u.device, u.shape) == (ELSEWHERE, (2, 2, 3, 4))
    assert (order.device, order.shape) == (ELSEWHERE, (2, 9))


@pytest.mark.usefixtures("quick_words")
@pytest.mark.parametrize("name", FEW)
def test_all_of_a_run_is_where_it_was_asked_for(name):
    stays_elsewhere(ESTIMATORS[FEW[name]](), name)


@pytest.mark.slow
@pytest.mark.usefixtures("quick_words")
@pytest.mark.parametrize("spec, name", PAIRS, ids=label)
def test_all_of_any_run_is_where_it_was_asked_for(spec, name):
    stays_elsewhere(spec, name)
