"""Whatever trains, evaluates and measures is on one device, the one that was asked for.

The device here holds no numbers (torch's "meta"): what reads one, or mixes it with the host, fails.
Numbers that come to the host come as ones.  A step besides takes nothing from the host, and does
nothing that a GPU can do in no fixed order alone, so that it can be captured as it is.
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
from estimators.training import descent, pace
from estimators.training.minibatches import Minibatches
from estimators.training.train import Member
from tests.estimators.cases import SPECS, label
from tests.thoroughness import often

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
    "categorical": "exact",
    "belief": "muprop",
    "bound": "vimco",
    "gaussian": "stl",
}
# What torch refuses on a GPU where kernels have to be deterministic, or waits for.
REFUSED = ("put_", "histc", "median", "_local_scalar_dense", "nonzero", "masked_select", "unique")


def crosses(func, tensors, kwargs):
    """Whether an operation copies from one device to the other."""
    wanted = kwargs.get("device") or (tensors[0].device if tensors else None)
    copies = func in (torch.ops.aten._to_copy.default, torch.ops.aten.copy_.default)
    return copies and any(x.device != wanted for x in tensors)


class OneDevice(TorchDispatchMode):
    """Fails where an operation takes tensors of both, and within a step, once it is ``strict``,
    where anything crosses."""

    strict = within = False

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        tensors = [x for x in tree_leaves((args, kwargs)) if isinstance(x, torch.Tensor)]
        if self.strict and self.within:
            assert not crosses(func, tensors, kwargs), f"{func} within a step"
            assert func.overloadpacket.__name__ not in REFUSED, f"{func} within a step"
        if crosses(func, tensors, kwargs):
            if tensors[0].device == ELSEWHERE and func is torch.ops.aten._to_copy.default:
                return torch.ones(args[0].shape, dtype=kwargs.get("dtype") or args[0].dtype)
            return func(*args, **kwargs)
        places = {x.device for x in tensors if x.dim()}
        assert len(places) < 2, f"{func} of tensors on {places}"
        return func(*args, **kwargs)


class PlainSGD(torch.optim.Optimizer):
    """Torch's own in one pass knows no device without numbers, and the others read their rates."""

    def __init__(self, groups, **settings):
        super().__init__(groups, settings)

    def step(self):
        for group in self.param_groups:
            assert group["lr"].device == ELSEWHERE
            for variable in group["params"]:
                variable.sub_(variable.grad * group["lr"])


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


def stays_elsewhere(watched, spec, name):
    wanted = experiment(spec, name)
    members = {lane: Member(seed, wanted.settings[0]) for lane, seed in enumerate((1, 2))}
    with watched:
        program = Program(wanted, members, 2, device=ELSEWHERE)
        program.run_to(2)
        trainer, state = program.trainer, program.state()
        trainer.load(state)
        watched.strict = True
        trainer.run(4)
        watched.strict = False
        places = {v.device for v in [trainer.rows, *trainer.running.values()]}
        assert places == {ELSEWHERE} and program.state().keys() == state.keys()


@pytest.fixture
def watched(monkeypatch):
    """The device, on which four hundred operations on integers are one."""
    watched, advance = OneDevice(), pace.DevicePace.advance

    def tensor_words(key, counter):
        shape = torch.broadcast_shapes(*[word.shape for word in (*key, *counter)])
        return torch.empty(*shape, 4, dtype=torch.int64, device=ELSEWHERE)

    def advance_watched(self, move):
        watched.within = True
        advance(self, move)
        watched.within = False

    monkeypatch.setattr(noise, "tensor_words", tensor_words)
    monkeypatch.setattr(pace.DevicePace, "advance", advance_watched)
    monkeypatch.setitem(descent.OPTIMIZERS, "sgd", PlainSGD)
    return watched


def test_noise_and_order_are_made_where_they_are_wanted():
    with OneDevice():
        (u,) = noise.Uniforms([(2, 3, 4)], [1, 2], torch.float32, device=ELSEWHERE).at(3)
        order = noise.example_orders([1, 2], noise.ROWS, 0, 9, ELSEWHERE)
    assert (u.device, u.shape) == (ELSEWHERE, (2, 2, 3, 4))
    assert (order.device, order.shape) == (ELSEWHERE, (2, 9))


@pytest.mark.parametrize("name", often(FEW, ["belief", "gaussian"]))
def test_all_of_a_run_is_where_it_was_asked_for(watched, name):
    stays_elsewhere(watched, ESTIMATORS[FEW[name]](), name)


def test_a_tensor_that_is_left_on_the_host_is_found(watched, monkeypatch):
    eye = torch.eye
    monkeypatch.setattr(torch, "eye", lambda n, dtype, device: eye(n, dtype=dtype))
    with pytest.raises((AssertionError, RuntimeError), match="device"):
        stays_elsewhere(watched, ESTIMATORS["vimco"](), "bound")


def test_what_a_step_brings_from_the_host_is_found(watched, monkeypatch):
    rows = Minibatches.rows
    monkeypatch.setattr(
        Minibatches, "rows", lambda self, step: rows(self, torch.ones(1).to(ELSEWHERE).long())
    )
    with pytest.raises(AssertionError, match="_to_copy.default within a step"):
        stays_elsewhere(watched, ESTIMATORS["reinforce"](), "toy")


@pytest.mark.slow
@pytest.mark.parametrize("spec, name", PAIRS, ids=label)
def test_all_of_any_run_is_where_it_was_asked_for(watched, spec, name):
    stays_elsewhere(watched, spec, name)
