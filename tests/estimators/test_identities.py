"""Estimators that are one and the same, where they are."""

import pytest
import torch
from torch.func import grad

from estimators.chain import draw_values, replay_values
from estimators.core import Memory, estimate_gradient
from estimators.measuring.moments import repeated_noise, sampled_moments
from estimators.methods.arms import dirichlet_copula
from estimators.oracle import exact
from estimators.registry import build_estimator
from estimators.specs.control_variates import REBAR, RELAX, RODEO, DoubleCV
from estimators.specs.pathwise import (
    GumbelRao,
    Half,
    ReinMax,
    SlopeAnnealed,
    STGumbelSoftmax,
    StraightThrough,
)
from estimators.specs.score_function import (
    ARMS,
    BBVI,
    DisARM,
    Exact,
    LocalExpectation,
    ReinforceLOO,
    VarGrad,
)
from estimators.testing import NETS, fresh_memory, make_problem


def setting(spec, net, seed=4):
    """Estimator, problem, and the noise of one estimate."""
    estimator, at = build_estimator(spec), make_problem(NETS[net])
    return estimator, at, [u[0] for u in repeated_noise(estimator, at.net, at.batch, 1, seed)]


def estimate(spec, net, noise=None):
    estimator, at, drawn = setting(spec, net)
    return estimate_gradient(
        estimator, *at[:2], fresh_memory(estimator, at), at.batch, noise or drawn
    ).params


def cost_at(z, a, at):
    """The mean cost of a net of one layer, by its values and its logits."""
    log_q = at.net.units[0].log_prob(a, z)
    return at.net.term(at.params, 0, [z], log_q, at.batch).sum(-1).mean()


def same(one, two):
    torch.testing.assert_close(one, two)
    assert any((v != 0).any() for v in one.values())


@pytest.mark.parametrize("net", ["vae-1", "gaussian"])
@pytest.mark.parametrize("draws", [2, 4])
def test_vargrad_is_leave_one_out_on_the_elbo(net, draws):
    same(estimate(VarGrad(draws=draws), net), estimate(ReinforceLOO(draws=draws), net))


@pytest.mark.parametrize("net", ["vae-1", "fdarn-2"])
def test_double_cv_starts_as_leave_one_out(net):
    same(estimate(DoubleCV(), net), estimate(ReinforceLOO(draws=2), net))


@pytest.mark.parametrize("net", ["vae-1", "vae-3", "fdarn"])
def test_the_best_coefficient_from_one_other_draw_is_its_cost(net):
    """Black-box variational inference with two draws is leave-one-out."""
    same(estimate(BBVI(draws=2), net), estimate(ReinforceLOO(draws=2), net))


@pytest.mark.parametrize("draws", [2, 3])
def test_rodeo_starts_as_leave_one_out(draws):
    same(estimate(RODEO(draws=draws), "vae-3"), estimate(ReinforceLOO(draws=draws), "vae-3"))


@pytest.mark.parametrize("net", ["vae-3", "mixed"])
def test_relax_starts_as_rebar(net):
    same(estimate(RELAX(), net), estimate(REBAR(temperature=0.1), net))


@pytest.mark.parametrize("net", ["vae-1", "vae-3", "prediction-2"])
def test_arms_with_two_draws_is_disarm(net):
    """Whose uniform is the copula's first, turned as ARMS turns it where p is a half or more."""
    estimator, at, noise = setting(ARMS(draws=2), net)
    first, z, u = [dirichlet_copula(v)[:1] for v in noise], [], []
    for l, v in enumerate(first):
        a = at.net.logits(at.params, l, z, at.batch)
        u.append(torch.where(a < 0, 1 - v, v))
        z.append(at.net.units[l].sample(a, u[l]))
    same(estimate(ARMS(draws=2), net), estimate(DisARM(), net, u))


@pytest.mark.parametrize("net", ["vae-1", "vae-3", "fdarn", "bound"])
def test_reinmax_at_temperature_one_is_half_for_bernoulli_units(net):
    same(estimate(ReinMax(), net), estimate(Half(), net))


@pytest.mark.parametrize("net", ["vae-1", "cubic"])
def test_half_is_straight_through_over_twice_the_probability(net):
    """Eq. 6 of MuProp, with nothing of the method's own: at the logits, f'(z) times p (1 - p) over
    2 p(z)."""
    estimator, at, (u,) = setting(Half(), net)
    chain = at.net.walk(at.params, at.batch, draw_values([u]))
    a, z = chain.logits[0], chain.z[0]
    slope, direct = grad(cost_at, (0, 1))(z, a, at)
    p = a.sigmoid()
    want = direct + slope * p * (1 - p) / (2 * torch.where(z > 0, p, 1 - p))
    found = estimate_gradient(estimator, *at[:2], Memory(), at.batch, [u]).params["q0.b"]
    torch.testing.assert_close(found, want.sum((0, 1)))


def test_half_of_classes_is_the_score_times_what_a_linear_cost_gains():
    """Eq. 7 of MuProp with x_bar = 1/k, by autograd through log p alone."""
    estimator, at, (u,) = setting(Half(), "quadratic-categorical")
    chain = at.net.walk(at.params, at.batch, draw_values([u]))
    a, z = chain.logits[0], chain.z[0]
    slope, _ = grad(cost_at, (0, 1))(z, a, at)
    gain = (slope * (z - 1 / 3)).sum(-1)
    want = grad(lambda a: (gain * at.net.units[0].log_prob(a, z)).sum())(a)
    found = estimate_gradient(estimator, *at[:2], Memory(), at.batch, [u]).params["q0.b"]
    torch.testing.assert_close(found, want.flatten(0, -3).sum(0).flatten())


@pytest.mark.parametrize("net", ["vae-3", "mixed", "prediction-ar"])
def test_slope_annealed_starts_as_straight_through(net):
    same(estimate(SlopeAnnealed(), net), estimate(StraightThrough(), net))


def test_local_expectation_is_the_flip_difference():
    """p (1 - p) (f(b_i = 1) - f(b_i = 0)): the derivative of log q in the logit is left out."""
    estimator, at, (u,) = setting(LocalExpectation(), "vae-1")
    params = {k: v for k, v in at.params.items()}
    chain = at.net.walk(params, at.batch, draw_values([u]))
    z, p = chain.z[0], chain.logits[0].sigmoid()
    cost = lambda z: at.net.walk(params, at.batch, replay_values([z])).cost
    want = torch.zeros_like(z)
    for i in range(3):
        one, zero = z.clone(), z.clone()
        one[..., i], zero[..., i] = 1, 0
        want[..., i] += (p * (1 - p))[..., i] * (cost(one) - cost(zero))
    found = estimate_gradient(estimator, *at[:2], Memory(), at.batch, [u]).params["q0.b"]
    torch.testing.assert_close(found, want.mean((0, 1)))


@pytest.mark.parametrize("net", ["vae-1", "categorical", "fdarn-2"])
def test_gumbel_rao_and_straight_through_gumbel_softmax_have_one_mean(net):
    n, at, found = 20_000, make_problem(NETS[net]), []
    for seed, spec in enumerate((STGumbelSoftmax(), GumbelRao(samples=3))):
        found.append(sampled_moments(build_estimator(spec), *at[:2], Memory(), at.batch, n, seed))
    (one, v, _), (two, w, _) = found
    for k in one:
        error = ((v[k] + w[k]) / n).sqrt()
        assert ((one[k] - two[k]).abs() <= 4.8 * error + 1e-12).all()
    assert sum(w[k].sum() for k in w) < sum(v[k].sum() for k in v)


def test_the_exact_estimator_is_the_exact_gradient_whatever_the_noise():
    at = make_problem(NETS["mixed"])
    same(estimate(Exact(), "mixed"), exact.exact_gradient("single", *at))
