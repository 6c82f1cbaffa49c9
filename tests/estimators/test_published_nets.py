"""Nets of published code: units inside maps, grey pixels as chances, toys of several classes."""

import math

import pytest
import torch
import torch.nn.functional as F
from pydantic import ValidationError

from estimators.oracle import exact
from estimators.oracle.problems import make_problem
from estimators.registry import build_net
from estimators.specs.models import (
    Bernoulli,
    Categorical,
    DiscreteVAE,
    Gaussian,
    GaussianVAE,
    PolynomialToy,
    SigmoidBeliefNet,
)
from estimators.training import evaluate

EVERYTHING = torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * 4).double()
ORDERED = {"family": "bernoulli", "n": 2, "autoregressive": True}
MIRRORED = DiscreteVAE(
    layers=[Categorical(n=2, classes=3), Bernoulli(n=2)],
    hidden=[5, 3], decoder_hidden=[3, 5], activation="relu", prior="fixed",
    likelihood={"family": "cross_entropy"},
)  # fmt: skip


def plain(seed=0, **changes):
    net = build_net(GaussianVAE(layers=[Gaussian(n=3), Gaussian(n=2)], **changes), {"x": 6})
    return net, net.init(torch.Generator().manual_seed(seed))


def test_a_gaussian_vae_without_units_inside_is_the_belief_net_that_it_was():
    belief = build_net(SigmoidBeliefNet(layers=[Gaussian(n=3), Gaussian(n=2)]), {"x": 6})
    want = belief.init(torch.Generator().manual_seed(0))
    net, params = plain()
    assert list(params) == list(want) and all(torch.equal(params[k], v) for k, v in want.items())
    batch = {"x": (torch.rand(9, 6, generator=torch.Generator().manual_seed(1)) < 0.5).float()}
    bounds = [evaluate.likelihood_bound(n, want, batch, 1, 0, 5) for n in (net, belief)]
    assert bounds[0] == bounds[1]


def test_hidden_units_are_between_every_layer_and_the_next():
    net, params = plain(hidden=[7, 5], decoder_hidden=[4], prior="fixed", mean_bias=True)
    shapes = {name: tuple(v.shape) for name, v in params.items() if name.endswith(".w")}
    assert shapes == {
        "q0h0.w": (6, 7), "q0h1.w": (7, 5), "q0.w": (5, 6), "q1h0.w": (3, 7), "q1h1.w": (7, 5),
        "q1.w": (5, 4), "p0h0.w": (3, 4), "p0.w": (4, 6), "p1h0.w": (2, 4), "p1.w": (4, 6),
    }  # fmt: skip
    assert "p2.b" not in params
    x = torch.rand(4, 6, generator=torch.Generator().manual_seed(1))
    hidden = x
    for k in range(2):
        hidden = torch.tanh(hidden @ params[f"q0h{k}.w"] + params[f"q0h{k}.b"])
    want = (hidden @ params["q0.w"] + params["q0.b"]).unflatten(-1, (3, 2))
    torch.testing.assert_close(net.logits(params, 0, [], {"x": x}), want)


def test_with_hidden_units_and_a_fixed_prior_the_likelihood_is_that_of_quadrature():
    at = make_problem(GaussianVAE(layers=[Gaussian(n=1)], hidden=[4], prior="fixed"))
    nodes = torch.linspace(-12, 12, 4_001).double()
    z = nodes.reshape(-1, 1, 1)
    log_p = at.net.log_p(at.params, -1, [z], at.batch["x"]).sum(-1)
    log_prior = -0.5 * nodes.square() - 0.5 * math.log(2 * math.pi) + math.log(24 / 4_000)
    want = -torch.logsumexp(log_p + log_prior.unsqueeze(1), 0).mean().item()
    several = [
        evaluate.likelihood_bound(*at, seed=seed, split=0, samples=20_000) for seed in range(5)
    ]
    error = torch.tensor(several).std().item() / 5**0.5
    assert abs(sum(several) / 5 - want) < 4.8 * error + 0.01


def test_images_of_zeros_and_ones_have_probabilities():
    at = make_problem(MIRRORED)
    chain, log_q = exact.all_chains(at.net, at.params, {"x": EVERYTHING})
    p = (log_q - chain.cost).exp().sum(0)
    assert math.isclose(p.sum().item(), 1.0) and p.std() > 0.01


def test_the_cost_of_grey_pixels_is_the_mean_over_images_drawn_from_them():
    at = make_problem(MIRRORED)
    grey = torch.tensor([[0.2, 0.9, 0.0, 0.5]]).double()
    chance = torch.where(EVERYTHING > 0, grey, 1 - grey).prod(1)
    logits = torch.randn(1, 4, generator=torch.Generator().manual_seed(1)).double()
    unit = at.net.visible
    want = (chance * unit.log_prob(logits, EVERYTHING).sum(1)).sum()
    torch.testing.assert_close(unit.log_prob(logits, grey).sum(), want)
    torch.testing.assert_close(
        -want, F.binary_cross_entropy_with_logits(logits, grey, reduction="sum")
    )


@pytest.mark.parametrize("layer", [Bernoulli(n=2), Categorical(n=2, classes=4)], ids=str)
@pytest.mark.parametrize("power", [1.5, 2, 3])
def test_the_toy_is_the_mean_of_powers_over_units(layer, power):
    at = make_problem(PolynomialToy(layers=[layer], target=0.3, power=power))
    chain, log_q = exact.all_chains(*at)
    classes = getattr(layer, "classes", 2)
    a = at.params["q0.b"]
    p = a.reshape(2, classes).softmax(1) if classes > 2 else torch.stack([-a, a], 1).sigmoid()
    values = torch.arange(classes).double() / (classes - 1)
    want = (p * (values - 0.3).abs() ** power).sum(1).mean()
    torch.testing.assert_close((log_q.exp() * chain.cost).sum(0), want.expand(len(at.batch["x"])))


@pytest.mark.parametrize(
    "cls, settings, word",
    [
        (DiscreteVAE, {"activation": "gelu"}, "leaky_relu"),
        (DiscreteVAE, {"layers": [{"family": "gaussian", "n": 2}]}, "does not match"),
        (DiscreteVAE, {"decoder_hidden": [0]}, "greater than or equal to 1"),
        (GaussianVAE, {"hidden": [2] * 5}, "at most 4"),
        (PolynomialToy, {"power": 0.5}, "greater than or equal to 1"),
        (PolynomialToy, {"layers": [ORDERED]}, "see nothing"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(cls, settings, word):
    with pytest.raises(ValidationError, match=word):
        cls.model_validate(settings)
