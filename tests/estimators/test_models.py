"""Every model's likelihood and gradient, against enumeration."""

import math

import pytest
import torch
import torch.nn.functional as F
from pydantic import ValidationError

from estimators.core import Memory
from estimators.experiment import Member, Program
from estimators.oracle import exact
from estimators.oracle.problems import fresh_memory, make_problem
from estimators.registry import build_estimator, build_net
from estimators.specs import ESTIMATORS
from estimators.specs.experiment import Experiment
from estimators.specs.models import (
    FDARN,
    MODELS,
    Bernoulli,
    Categorical,
    CategoricalBeliefNet,
    DiscreteVAE,
    Gaussian,
    GaussianVAE,
)
from estimators.testing import run_trial
from estimators.training import evaluate

B, C = Bernoulli, Categorical
DISCRETE = {
    "fdarn": FDARN(layers=[B(n=4, autoregressive=True)]),
    "categorical": CategoricalBeliefNet(layers=[C(n=2, classes=3), C(n=1, classes=4)]),
    "vae-linear": DiscreteVAE(layers=[B(n=3), B(n=2)]),
    "vae-nonlinear": DiscreteVAE(layers=[B(n=4)], hidden=[5, 3], prior="fixed"),
    "vae-plain": DiscreteVAE(
        layers=[B(n=3)], coding="zero_one", centred=False, mean_bias=False, prior="fixed"
    ),
}
GREY = {
    "learned": DiscreteVAE(
        layers=[B(n=3), B(n=2)], likelihood={"family": "gaussian", "variance": 0.2}
    ),
    "fixed": DiscreteVAE(
        layers=[B(n=4)],
        hidden=[5],
        likelihood={"family": "gaussian", "variance": 0.1, "learned": False},
    ),
}
small = pytest.mark.parametrize("name", DISCRETE)
EVERYTHING = torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * 4).double()  # images of four pixels


@small
def test_exp_of_the_cost_weighs_samples_so_that_images_have_probabilities(name):
    at = make_problem(DISCRETE[name])
    chain, log_q = exact.all_chains(at.net, at.params, {"x": EVERYTHING})
    p = (log_q - chain.cost).exp().sum(0)  # p(x) = E_q[p(x, z) / q(z|x)]
    assert math.isclose(p.sum().item(), 1.0) and p.std() > 0.01
    assert torch.allclose(log_q.exp().sum(0), torch.ones(len(EVERYTHING)).double())


@small
def test_many_samples_give_the_log_likelihood(name):
    at = make_problem(DISCRETE[name])
    chain, log_q = exact.all_chains(*at)
    w, q = (-chain.cost).exp(), log_q.exp()
    mean = (q * w).sum(0)
    spread = ((q * w.square()).sum(0) / mean.square() - 1).sqrt()
    found = evaluate.likelihood_bound(*at, seed=3, split=0, samples=20_000)
    excess = (spread.square().mean() / 2 / 20_000).item()
    error = spread.square().sum().sqrt().item() / len(mean) / 20_000**0.5
    assert abs(found + mean.log().mean().item() - excess) < 4.8 * error + excess


@pytest.mark.parametrize("name", GREY)
def test_grey_images_have_the_density_of_a_mixture_of_normals(name):
    """The sum over all z of p(z) times a normal for every pixel, and what samples of q are weighed
    by."""
    at, x = (
        make_problem(GREY[name]),
        torch.rand(5, 4, generator=torch.Generator().manual_seed(1)).double(),
    )
    chain, log_q = exact.all_chains(at.net, at.params, {"x": x})
    spec, prior = GREY[name].likelihood, at.params[f"p{at.net.top + 1}.b"].sigmoid()
    scale = (
        F.softplus(at.params["p0.s"]).sqrt() if spec.learned else torch.tensor(spec.variance).sqrt()
    )
    z = torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * sum(u.n for u in at.net.units)).double()
    z = [part.unsqueeze(1) for part in z.split([u.n for u in at.net.units], 1)]  # [N, 1, n]
    p = torch.where(z[-1] > 0, prior, 1 - prior).prod(-1)
    for l in range(at.net.top):
        p = p * at.net.log_p(at.params, l, z, x).exp().prod(-1)
    mean = at.net.apply_map(at.params, "p0", 2 * z[0] - 1)
    want = (p * torch.distributions.Normal(mean, scale).log_prob(x).exp().prod(-1)).sum(0)
    torch.testing.assert_close((log_q - chain.cost).exp().sum(0), want, rtol=1e-6, atol=0)
    assert want.std() > 0.01 * want.mean()


@pytest.mark.parametrize(
    "name, exactly",
    [
        ("muprop", True),
        ("double_cv", True),
        ("half", True),
        ("reinmax", True),
        ("straight_through", False),
    ],
)
def test_grey_images_behind_a_linear_map_are_a_quadratic_cost(name, exactly):
    """So that what is exact for squares is exact here, on a net of one layer."""
    spec = DiscreteVAE(layers=[B(n=3)], likelihood={"family": "gaussian"})
    estimator, at = build_estimator(ESTIMATORS[name]()), make_problem(spec)
    found = run_trial(estimator, at, fresh_memory(estimator, at))
    assert found.draws == 0 and (found.unbiased if exactly else found.biased)


def test_the_density_of_grey_images_is_one_in_all():
    """By quadrature over one pixel, at a variance that is learned."""
    net = build_net(DiscreteVAE(layers=[B(n=2)], likelihood={"family": "gaussian"}), {"x": 1})
    params = {k: v.double() for k, v in net.init(torch.Generator().manual_seed(0)).items()}
    x = torch.linspace(-6, 7, 4_001).double().unsqueeze(1)
    chain, log_q = exact.all_chains(net, params, {"x": x})
    assert math.isclose(
        (log_q - chain.cost).exp().sum(0).sum().item() * 13 / 4_000, 1, rel_tol=1e-6
    )


def test_a_gaussian_vae_knows_the_likelihood_of_its_images():
    """Quadrature over the prior, N(mean, scale), against the bound of many samples of q."""
    at = make_problem(GaussianVAE(layers=[Gaussian(n=1)]))
    nodes = torch.linspace(-12, 12, 4_001).double()
    mean, log_scale = at.params["p1.b"]
    z = (mean + log_scale.exp() * nodes).reshape(-1, 1, 1)
    log_p = at.net.log_p(at.params, -1, [z], at.batch["x"]).sum(-1)
    log_prior = -0.5 * nodes.square() - 0.5 * math.log(2 * math.pi) + math.log(24 / 4_000)
    want = -torch.logsumexp(log_p + log_prior.unsqueeze(1), 0).mean().item()
    found = [
        evaluate.likelihood_bound(*at, seed=seed, split=0, samples=20_000) for seed in range(5)
    ]
    error = torch.tensor(found).std().item() / 5**0.5
    assert abs(sum(found) / 5 - want) < 4.8 * error + 1e-3


@pytest.mark.parametrize("name", [*DISCRETE, *GREY])
def test_its_gradient_is_what_an_unbiased_estimator_has_in_the_mean(name):
    at, estimator = (
        make_problem((DISCRETE | GREY)[name]),
        build_estimator(ESTIMATORS["reinforce_loo"](draws=2)),
    )
    assert exact.is_enumerable(estimator, at.net)
    mean, _ = exact.exact_moments(estimator, at.net, at.params, Memory(), at.batch)
    want = exact.objective_gradient(*at)
    assert want.keys() == at.params.keys()
    for k in want:
        torch.testing.assert_close(mean[k], want[k])


@pytest.mark.parametrize("name", [name for name in MODELS if MODELS[name].task != "nothing"])
def test_every_model_trains_on_digits_by_an_estimator_that_serves_it(name):
    """At its defaults but for size; the bound falls."""
    model = MODELS[name]()
    few = [layer.model_copy(update={"n": 8}) for layer in model.layers]
    gaussian = few[0].family == "gaussian"
    spec = Experiment.model_validate(
        {
            "model": {**model.model_dump(), "layers": [layer.model_dump() for layer in few]},
            "estimator": {"name": "reparameterization" if gaussian else "reinforce_loo"},
            "dataset": {"name": "digits"},
            "training": {
                "steps": 150,
                "learning_rate": 0.003 if gaussian else 0.03,
                "checkpoint_every": 150,
            },
            "evaluation": {"every": 150, "samples": 5},
        }
    )
    segment = Program(spec, {0: Member(0, spec.settings[0])}, 1).run_to(150)
    before, after = segment.series[0]["bound/test"].values
    assert after < 0.95 * before and segment.ended == {0: "completed"}


def test_a_discrete_vae_centres_inputs_and_starts_at_the_mean_image():
    net = build_net(DiscreteVAE(layers=[B(n=3)]), {"x": 4})
    data = {"x": torch.tensor([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 1.0, 1.0]])}
    net.see(data)
    assert net.below(data, [], 0).mean(0).abs().max() < 1e-6
    params = net.init(torch.Generator().manual_seed(0))
    torch.testing.assert_close(params["p0.b"].sigmoid(), torch.tensor([0.001, 0.5, 0.999, 0.999]))
    assert net.below(data, [torch.tensor([[0.0, 1.0, 1.0]])], 1).tolist() == [[-1.0, 1.0, 1.0]]


def test_grey_pixels_start_at_the_mean_image_and_at_their_variance():
    net = build_net(
        DiscreteVAE(layers=[B(n=3)], likelihood={"family": "gaussian", "variance": 0.3}), {"x": 4}
    )
    data = {"x": torch.tensor([[0.0, 0.25, 0.5, 1.0]])}
    net.see(data)
    params = net.init(torch.Generator().manual_seed(0))
    torch.testing.assert_close(params["p0.b"], data["x"][0])
    mean, log_scale = net.prior_logits(
        params | {"p0.w": 0 * params["p0.w"]}, -1, [torch.ones(1, 3)]
    ).unbind(-1)
    torch.testing.assert_close(mean, data["x"])
    torch.testing.assert_close((2 * log_scale).exp(), torch.full((1, 4), 0.3))
    tight = net.prior_logits(params | {"p0.s": torch.full((4,), -50.0)}, -1, [torch.ones(1, 3)])
    torch.testing.assert_close((2 * tight[..., 1]).exp(), torch.full((1, 4), 0.00025))


def test_a_fixed_prior_has_no_parameters_and_is_of_fair_coins():
    at = make_problem(DISCRETE["vae-nonlinear"])
    assert "p1.b" not in at.params
    log_p = at.net.log_p(at.params, 0, [torch.ones(1, 4).double()], at.batch["x"])
    torch.testing.assert_close(log_p, torch.full((1, 4), math.log(0.5)).double())


@pytest.mark.parametrize(
    "name, layers",
    [
        ("fdarn", [{"family": "bernoulli", "n": 3}]),
        ("categorical_belief_net", [{"family": "bernoulli", "n": 3}]),
        ("gaussian_vae", [{"family": "bernoulli", "n": 3}]),
        ("discrete_vae", [{"family": "gaussian", "n": 3}]),
    ],
)
def test_layers_of_another_kind_are_refused(name, layers):
    with pytest.raises(ValidationError):
        MODELS[name].model_validate({"layers": layers})


@pytest.mark.parametrize(
    "model, refused",
    [
        ({"name": "sigmoid_belief_net"}, False),
        ({"name": "discrete_vae"}, False),
        ({"name": "discrete_vae", "prior": "fixed"}, True),
        ({"name": "structured_prediction"}, True),
    ],
)
def test_a_rate_of_a_prior_wants_a_prior_that_learns(model, refused):
    spec = {"model": model, "estimator": {"name": "half"}, "dataset": {"name": "digits"}}
    fit = lambda: Experiment.model_validate(spec | {"training": {"part_rates": {"prior": 0}}})
    if not refused:
        assert fit().training.part_rates.prior == 0
        return
    with pytest.raises(ValidationError, match="learns no prior here"):
        fit()
