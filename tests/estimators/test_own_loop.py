"""In one's own loop, what specs refuse at submission is refused too, and nothing is lost on the
way."""

import copy

import pytest
import torch
from torch import nn

from estimators.modules import Stochastic, Surrogate, draw_uniforms, finite_logits
from estimators.registry import build_estimator
from estimators.specs.base import Signal
from estimators.specs.control_variates import RELAX, MuProp
from estimators.specs.pathwise import STL, SlopeAnnealed
from estimators.specs.score_function import NVIL, VIMCO, Reinforce, ReinforceLOO
from estimators.specs.wake_sleep import WakeSleep
from estimators.units import Bernoulli, Categorical, Gaussian

from .cases import CLASSES


class Coder(nn.Module):
    """Three inputs, one stochastic layer; ``reduce`` is what is done to the costs."""

    def __init__(self, unit=None, reduce=lambda costs: costs, mask=None):
        super().__init__()
        self.unit, self.reduce = unit or Bernoulli(2), reduce
        size = self.unit.n * max(1, *self.unit.parameter, 1)
        self.encode, self.code = nn.Linear(3, size), Stochastic(self.unit)
        self.decode = nn.Linear(self.unit.n * max(1, *self.unit.value, 1), 3)
        self.mask = mask

    def forward(self, x):
        a = self.unit.unflat(self.encode(x))
        z = self.unit.flat(self.code(a if self.mask is None else a + self.mask))
        return self.reduce((self.decode(z) - x).square().sum(-1))


class Unreached(Coder):
    def __init__(self):
        super().__init__()
        self.spare = Stochastic(Bernoulli(2))


def surrogate(spec, module=None, **more):
    torch.manual_seed(0)
    return Surrogate(module or Coder(), build_estimator(spec), **more)


X = torch.tensor([[0.0, 1, 0], [1, 1, 0], [0, 0, 1], [1, 0, 1]])


@pytest.mark.parametrize(
    ("spec", "module", "words"),
    [
        (STL(), Coder(), "stl does not serve bernoulli units"),
        (STL(), Coder(Gaussian(2)), "a cost that holds log q"),
        (VIMCO(), Coder(), "two samples or more"),
        (NVIL(), Coder(), "inputs=N"),
        (RELAX(), Coder(), "inputs=N"),
        (WakeSleep(), Coder(), "samples from the top down"),
        (MuProp(), nn.Sequential(nn.Linear(3, 1)), "no Stochastic layer"),
        (MuProp(), nn.Sequential(Coder(), nn.BatchNorm1d(3)), "BatchNorm"),
        (MuProp(), Coder(Bernoulli(2, autoregressive=True)), "autoregressive"),
    ],
    ids=lambda part: getattr(part, "name", None),
)
def test_what_would_train_wrongly_is_refused(spec, module, words):
    with pytest.raises(ValueError, match=words):
        surrogate(spec, module)


@pytest.mark.parametrize(
    "reduce", [lambda costs: costs.mean(), lambda costs: costs.mean(-1, keepdim=True)]
)
def test_a_cost_that_is_not_one_per_example_is_refused(reduce):
    """With a mean in place of costs the encoder would learn nothing, and nobody be told."""
    with pytest.raises(ValueError, match="one cost per example"):
        surrogate(Reinforce(), Coder(reduce=reduce))(x=X)


def test_a_layer_that_is_never_reached_is_refused():
    with pytest.raises(ValueError, match="never reached the last 1"):
        surrogate(Reinforce(), Unreached())(x=X)


def test_a_wrong_size_of_the_inputs_is_refused():
    with pytest.raises(ValueError, match="inputs=7, but forward takes 3"):
        surrogate(NVIL(), inputs=7)(x=X)


def test_several_samples_can_be_asked_for():
    loss = surrogate(VIMCO(), samples=3)
    assert [u.shape for u in loss.noise(4)] == [(3, 4, 2)]
    loss(x=X).backward()
    assert all(p.grad.isfinite().all() for p in loss.module.parameters())


def stepped(loss, steps=3):
    for _ in range(steps):
        loss(x=X.to(next(loss.module.parameters()))).backward()
    return loss


@pytest.mark.parametrize(
    "spec", [SlopeAnnealed(), NVIL(signal=Signal(centre=True))], ids=lambda s: s.name
)
def test_what_an_estimator_keeps_is_carried(spec):
    loss = stepped(surrogate(spec))
    carried = loss.memory.running
    assert any(v.any() for v in carried.values())
    other = surrogate(spec)
    other.load_state_dict(loss.state_dict())
    torch.testing.assert_close(other.memory.running, carried)
    torch.testing.assert_close(copy.deepcopy(loss).memory.running, carried)
    assert {v.dtype for v in loss.double().memory.running.values()} == {torch.float64}
    stepped(loss, 1)


def test_a_copy_has_a_life_of_its_own():
    loss = stepped(surrogate(SlopeAnnealed()))
    twin = stepped(copy.deepcopy(loss))
    assert loss.memory.running["step"] == 3 and twin.memory.running["step"] == 6
    assert twin.net.module is twin.module and twin.net.sites[0] is twin.module.code


def test_evaluation_moves_nothing():
    loss = stepped(surrogate(SlopeAnnealed()))
    with torch.no_grad():
        loss(x=X)
    loss.eval()(x=X)
    assert loss.memory.running["step"] == 3
    loss.train()(x=X)
    assert loss.memory.running["step"] == 4


CATEGORICAL = [cls(**cls.certified[0]) for cls in CLASSES if "categorical" in cls.families]
CATEGORICAL = [spec for spec in CATEGORICAL if not spec.dreams and spec.name != "vimco"]


@pytest.mark.parametrize("spec", CATEGORICAL, ids=lambda spec: spec.name)
def test_masked_classes_give_finite_gradients(spec):
    mask = torch.zeros(2, 3)
    mask[0, 1] = -torch.inf
    loss = surrogate(spec, Coder(Categorical(2, 3), mask=mask), inputs=3)
    for _ in range(3):
        value = loss(x=X)
        value.backward()
    assert value.isfinite()
    assert all(p.grad.isfinite().all() for p in loss.parameters() if p.grad is not None)
    assert loss.module.encode.weight.grad.any()


def test_a_masked_class_is_never_drawn():
    layer, mask = Stochastic(Categorical(1, 3)), torch.tensor([[0.0, -torch.inf, 0.0]])
    values = layer(mask.expand(1_000, 1, 3))
    assert not values[..., 1].any() and values[..., 0].any() and values[..., 2].any()
    assert finite_logits(mask).softmax(-1).tolist() == [[0.5, 0.0, 0.5]]


def test_uniforms_are_never_at_the_ends(monkeypatch):
    monkeypatch.setattr(torch, "rand", lambda *shape, **kind: torch.zeros(*shape, **kind))
    assert draw_uniforms((3,), X).log().isfinite().all()
    monkeypatch.setattr(torch, "rand", lambda *shape, **kind: torch.ones(*shape, **kind))
    assert (-draw_uniforms((3,), X)).log1p().isfinite().all()


def test_leave_one_out_still_learns():
    """Nothing of the above may cost what worked: the loss goes down."""
    loss = surrogate(ReinforceLOO(draws=4))
    optimizer = torch.optim.Adam(loss.parameters(), 0.05)
    cost = lambda: torch.stack([loss.module(X).mean() for _ in range(100)]).mean().item()
    before = cost()
    for _ in range(100):
        optimizer.zero_grad()
        loss(x=X).backward()
        optimizer.step()
    assert cost() < before
