"""Declared properties short of "all", refuted where they end, by an enumeration of its own.

Plain torch: values are listed here, costs and probabilities written out, and the exact gradient is
the sum of q f times the score.  Nothing of the oracle is called.
"""

from itertools import product

import pytest
import torch

from estimators.core import Memory, estimate_gradient
from estimators.oracle.problems import fresh_memory, make_problem
from estimators.specs import ESTIMATORS
from estimators.testing import NETS

from .cases import build_estimator

EXACT, SEEN = 1e-9, 1e-3
LINEAR = {"linear": True, "linear-categorical": True, "quadratic": False}
SQUARE = {"linear": True, "quadratic": True, "product": True, "cubic": False}
CASES = [
    ("straight_through", {}, LINEAR | {"quadratic-categorical": False}),
    ("slope_annealed", {"growth": 0.0}, LINEAR | {"quadratic-categorical": False}),
    ("slope_annealed", {"growth": 1.0}, {"linear": False}),
    ("half", {}, SQUARE | {"linear-categorical": True, "quadratic-categorical": False}),
    ("reinmax", {}, SQUARE | {"quadratic-categorical": True}),
    ("reinmax", {"temperature": 1.5}, {"quadratic": False}),
]


def every_value(unit):
    """[N, n, *v]: all that a layer can take."""
    one = torch.eye(unit.value[0]) if unit.value else torch.tensor([0.0, 1.0])
    return torch.stack([torch.stack(list(v)) for v in product(one, repeat=unit.n)]).double()


def cost(net, params, z):
    """[N, *z] -> [N]."""
    flat, c = z.flatten(1), params["c"]
    return (1 + c * flat).prod(1) if net.product else (flat @ c - params["t"]) ** net.degree


def log_q(a, z):
    """Of values [N, n, *v] under logits [n, *p]: [N]."""
    if z.dim() == 3:
        return (z * (a - a.exp().sum(-1, keepdim=True).log())).sum((1, 2))
    p = 1 / (1 + (-a).exp())
    return torch.where(z > 0, p, 1 - p).log().sum(1)


def drawing(a, z):
    """Uniforms by which a layer takes the values z: beyond what any logit here outweighs."""
    if z.dim() == 3:
        return torch.where(z > 0, 1 - 1e-12, 0.5)
    return torch.where(z > 0, 1 - 1e-9, 1e-9).expand_as(z)


def enumerated(estimator, at, memory):
    """(mean of the estimate, exact gradient) in the bias of the map, over one example."""
    x = at.batch["x"][:1]
    unit = at.net.units[0]
    a = (x[0] @ at.params["q0.w"] + at.params["q0.b"]).reshape(unit.n, *unit.parameter)
    z = every_value(unit)
    leaf = a.clone().requires_grad_()
    weights = log_q(a, z).exp()
    assert weights.sum().item() == pytest.approx(1)
    expected = (log_q(leaf, z).exp() * cost(at.net, at.params, z)).sum()
    (want,) = torch.autograd.grad(expected, leaf)
    found = torch.zeros_like(want.flatten())
    for weight, value, u in zip(weights, z, drawing(a, z), strict=True):
        seen = at.net.walk(at.params, {"x": x}, lambda site, a, v=value: v.expand(1, 1, *v.shape))
        assert seen.log_q.item() == pytest.approx(weight.log().item())
        g = estimate_gradient(estimator, *at[:2], memory, {"x": x}, [u[None, None]])
        found += weight * g.params["q0.b"]
    return found, want.flatten()


@pytest.mark.parametrize("name, settings, nets", CASES, ids=str)
def test_a_property_holds_where_it_is_declared_and_ends_where_it_ends(name, settings, nets):
    estimator = build_estimator(ESTIMATORS[name](**settings))
    for net, exact in nets.items():
        at = make_problem(NETS[net])
        memory = fresh_memory(estimator, at)
        if "step" in memory.running:
            memory = Memory({}, {"step": memory.running["step"] + 3})
        found, want = enumerated(estimator, at, memory)
        gap = ((found - want).norm() / want.norm()).item()
        assert gap < EXACT if exact else gap > SEEN, (net, gap)


@pytest.mark.parametrize("name", ["reinforce", "nvil", "simple_muprop"])
def test_up_to_scale_is_one_factor_and_not_none(name):
    """A running variance of nine: a third of the gradient, in every coordinate."""
    signal = {"signal": {"centre": True, "normalise": True}}
    at, estimator = make_problem(NETS["cubic"]), build_estimator(ESTIMATORS[name](**signal))
    assert estimator.holds(NETS["cubic"]) == "all_up_to_scale"
    memory = fresh_memory(estimator, at)
    running = memory.running | {"var0": memory.running["var0"] * 9}
    found, want = enumerated(estimator, at, memory._replace(running=running))
    assert (found / want).tolist() == pytest.approx([1 / 3] * len(want))
