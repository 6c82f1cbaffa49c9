"""The encoder's gradient is the published one, draw by draw and in its variance.

Held to formulas written from the papers in plain torch (``published``), on the same net, costs and
uniforms.  Where noise reaches an estimate through values alone, variances are enumerated.
"""

import pytest
import torch
from torch.func import vmap

from estimators import specs
from estimators.core import Memory, estimate_gradient
from estimators.measuring.moments import repeated_noise
from estimators.oracle import exact
from estimators.oracle.problems import make_problem, stirred_memory, warm_memory
from estimators.registry import build_estimator
from estimators.specs.models import Bernoulli, SigmoidBeliefNet

from . import published

DRAWS = 100
NET = {"layers": [Bernoulli(n=3)]}
CASES = {  # by the name of the formula: estimators, samples of the bound
    "leave_one_out": (["reinforce_loo", "vargrad"], {"draws": 2}, 1),
    "leave_one_out_of_four": (["reinforce_loo", "vargrad"], {"draws": 4}, 1),
    "arm": (["arm"], {}, 1),
    "disarm": (["disarm"], {}, 1),
    "disarm_of_two_pairs": (["disarm"], {"pairs": 2}, 1),
    "arms": (["arms"], {"draws": 4}, 1),
    "arms_of_eight": (["arms"], {"draws": 8}, 1),
    "double_cv": (["double_cv"], {}, 1),
    "double_cv_of_three": (["double_cv"], {"draws": 3}, 1),
    "rodeo": (["rodeo"], {"hidden": 5}, 1),
    "rodeo_of_three": (["rodeo"], {"hidden": 5, "draws": 3}, 1),
    "rebar": (["rebar"], {}, 1),
    "rebar_of_a_baseline": (["rebar"], {"input_dependent": 5}, 1),
    "relax": (["relax"], {"hidden": 5}, 1),
    "vimco": (["vimco"], {}, 3),
    "nvil": (["nvil"], {}, 1),
    "local_expectation": (["local_expectation"], {}, 1),
}
EACH = [(formula, name) for formula, (names, _, _) in CASES.items() for name in names]


def setting(formula: str, name: str):
    _, settings, bound = CASES[formula]
    at = make_problem(SigmoidBeliefNet(**NET, bound=bound))
    estimator = build_estimator(specs.ESTIMATORS[name](**settings))
    return estimator, at, stirred_memory(warm_memory(estimator, at))


def transcribed(formula: str, at, memory):
    kept = {**memory.learned, **memory.running}
    return published.encoder_gradient(formula, at.params, at.batch["x"], kept)


@pytest.mark.parametrize("formula, name", EACH)
def test_every_draw_has_the_published_gradient(formula, name):
    estimator, at, memory = setting(formula, name)
    (noise,) = repeated_noise(estimator, at.net, at.batch, DRAWS, seed=6)
    ours = vmap(lambda u: estimate_gradient(estimator, *at[:2], memory, at.batch, [u]).params)(
        noise
    )
    theirs = vmap(transcribed(formula, at, memory))(noise)
    for k, want in theirs.items():
        torch.testing.assert_close(ours[k], want, rtol=1e-8, atol=1e-10)
        assert want.var(0).sum() > 0


@pytest.mark.parametrize("formula", ["arm", "disarm", "disarm_of_two_pairs", "arms"])
def test_the_decoder_has_the_mean_over_all_draws_that_are_paid_for(formula):
    name = formula.split("_of_")[0]
    estimator, at, memory = setting(formula, name)
    (noise,) = repeated_noise(estimator, at.net, at.batch, 5, seed=6)
    ours = vmap(lambda u: estimate_gradient(estimator, *at[:2], memory, at.batch, [u]).params)(
        noise
    )
    theirs = vmap(published.decoder_gradient(name, at.params, at.batch["x"]))(noise)
    for k, want in theirs.items():
        torch.testing.assert_close(ours[k], want, rtol=1e-8, atol=1e-10)
        assert want.abs().max() > 0


OF_VALUES = [case for case in EACH if specs.ESTIMATORS[case[1]].of_values]


@pytest.mark.parametrize("formula, name", OF_VALUES)
def test_the_variance_over_all_values_is_the_published_one(formula, name):
    estimator, at, memory = setting(formula, name)
    x = at.batch["x"][:1]
    alone = at._replace(batch={"x": x})
    found = exact.exact_moments(estimator, *alone[:2], memory, alone.batch)[1]
    a = x[0] @ at.params["q0.w"] + at.params["q0.b"]
    K = estimator.noise(at.net, 1)[0][0]
    bits = torch.cartesian_prod(*[torch.tensor([0.0, 1.0]).double()] * (3 * K))
    every = bits.unflatten(-1, (K, 1, 3))
    weights = published.log_bernoulli(a, every).sum((1, 2)).exp()
    uniforms = torch.where(every > 0, 1 - torch.sigmoid(a) / 2, torch.sigmoid(-a) / 2)
    g = vmap(transcribed(formula, alone, memory))(uniforms)
    for k, each in g.items():
        mean = torch.tensordot(weights, each, 1)
        want = torch.tensordot(weights, (each - mean).square(), 1)
        torch.testing.assert_close(found[k], want, rtol=1e-8, atol=1e-12)


def test_vargrad_has_no_variance_where_q_is_the_posterior():
    """Weights of zero between x and z: the posterior is the prior, and q is set to it."""
    at = make_problem(SigmoidBeliefNet(**NET))
    params = at.params | {"p0.w": 0 * at.params["p0.w"], "q0.w": 0 * at.params["q0.w"]}
    params["q0.b"] = params["p1.b"]
    for name in ("vargrad", "reinforce_loo"):
        estimator = build_estimator(specs.ESTIMATORS[name](draws=2))
        variance = exact.exact_moments(estimator, at.net, params, Memory(), at.batch)[1]
        assert variance["q0.b"].max() < 1e-24 and variance["q0.w"].max() < 1e-24
        assert variance["p1.b"].min() > 1e-6  # the decoder's stays
