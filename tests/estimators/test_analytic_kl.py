"""The divergence of the top layer in closed form: the same objective, and the same bound."""

import pytest
import torch
from pydantic import ValidationError
from torch.func import grad

from estimators import specs, units
from estimators.core import Memory, estimate_gradient
from estimators.measuring.moments import repeated_noise
from estimators.oracle import exact
from estimators.oracle.problems import make_problem, warm_memory
from estimators.registry import build_estimator
from estimators.specs.models import (
    FDARN,
    Bernoulli,
    Categorical,
    DiscreteVAE,
    Gaussian,
    GaussianVAE,
    SigmoidBeliefNet,
)
from estimators.testing import run_trial
from estimators.training import evaluate

B, C, G = Bernoulli, Categorical, Gaussian
MODELS = {
    "one layer": SigmoidBeliefNet(layers=[B(n=3)]),
    "two layers": SigmoidBeliefNet(layers=[B(n=3, autoregressive=True), B(n=2)]),
    "classes": SigmoidBeliefNet(layers=[B(n=2), C(n=2, classes=3)]),
    "maps": DiscreteVAE(layers=[B(n=3)], hidden=[4], prior="fixed"),
    "gaussian": GaussianVAE(layers=[G(n=2)]),
}


def analytic(model):
    return type(model).model_validate(model.model_dump() | {"kl": "analytic"})


@pytest.mark.parametrize("name", MODELS)
def test_the_objective_is_the_same(name):
    one, two = make_problem(MODELS[name]), make_problem(analytic(MODELS[name]))
    torch.testing.assert_close(exact.expected_cost(*one), exact.expected_cost(*two))
    found, want = (exact.exact_gradient("single", *at) for at in (one, two))
    for k in want:
        torch.testing.assert_close(found[k], want[k], rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize(
    "unit", [units.Bernoulli(2), units.Categorical(2, 3), units.Gaussian(2)], ids=lambda u: u.family
)
def test_the_closed_form_is_the_mean_of_the_sampled_one(unit):
    g = torch.Generator().manual_seed(3)
    a, b = torch.randn(2, unit.n, *unit.parameter, generator=g, dtype=torch.float64)
    u = torch.rand(200_000, *unit.shape, generator=g, dtype=torch.float64)
    z = unit.sample(a, u.clamp(1e-12, 1 - 1e-12))
    ratio = unit.log_prob(a, z) - unit.log_prob(b, z)
    error = ratio.std(0) / len(u) ** 0.5
    assert ((unit.kl(a, b) - ratio.mean(0)).abs() < 4 * error).all()


@pytest.mark.parametrize("name", ["reinforce_loo", "disarm", "muprop", "double_cv", "rebar"])
def test_estimators_are_unbiased_on_it(name):
    estimator = build_estimator(specs.ESTIMATORS[name]())
    for model in ("one layer", "classes") if name == "muprop" else ("one layer",):
        at = make_problem(analytic(MODELS[model]))
        assert run_trial(estimator, at, warm_memory(estimator, at), draws=5_000).unbiased


def test_the_divergence_has_no_noise_of_its_own():
    """With a decoder that says nothing, nothing is left to vary in the encoder's gradient."""
    at = make_problem(analytic(MODELS["gaussian"]))
    params = at.params | {"p0.w": 0 * at.params["p0.w"]}
    estimator = build_estimator(specs.ESTIMATORS["reparameterization"]())
    one, two = (
        estimate_gradient(estimator, at.net, params, Memory(), at.batch, [u[0]]).params
        for seed in (1, 2)
        for u in repeated_noise(estimator, at.net, at.batch, 1, seed)
    )
    (unit,), net = at.net.units, at.net

    def divergence(p):
        a = net.logits(p, 0, [], at.batch)
        return unit.kl(a, net.prior_logits(p, 0, [])).sum(-1).mean()

    want = grad(divergence)(params)
    for k in ("q0.w", "q0.b"):
        torch.testing.assert_close(one[k], two[k])
        torch.testing.assert_close(one[k], want[k])


@pytest.mark.parametrize("name", ["one layer", "gaussian"])
def test_bounds_are_those_of_samples_all_the_same(name):
    one, two = (make_problem(m) for m in (MODELS[name], analytic(MODELS[name])))
    bounds = [evaluate.likelihood_bound(*at, 0, 0, 7) for at in (one, two)]
    assert bounds[0] == pytest.approx(bounds[1], rel=1e-12)


def test_what_has_no_closed_form_is_refused():
    with pytest.raises(ValidationError, match="kl sampled"):
        SigmoidBeliefNet(layers=[B(n=3)], bound=2, kl="analytic")
    with pytest.raises(ValidationError, match="no closed form"):
        FDARN(layers=[B(n=3, autoregressive=True)], kl="analytic")


@pytest.mark.parametrize("name", ["stl", "wake_sleep", "reweighted_wake_sleep"])
def test_what_takes_log_q_out_of_the_cost_is_refused(name):
    estimator = specs.ESTIMATORS[name]()
    model = MODELS["gaussian" if name == "stl" else "one layer"]
    assert not estimator.refuses(model) and "kl sampled" in estimator.refuses(analytic(model))


def test_models_from_before_the_option_keep_their_digest():
    assert "kl" not in SigmoidBeliefNet().model_dump(mode="json")
    assert SigmoidBeliefNet().digest != SigmoidBeliefNet(kl="analytic").digest
