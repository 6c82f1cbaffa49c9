"""The bound that judges everybody, against enumeration."""

import math

import pytest
import torch

from estimators.oracle import exact
from estimators.oracle.problems import NETS, make_problem
from estimators.training import evaluate, replaying
from tests.thoroughness import often

BELIEF = ["vae-1", "vae-3", "categorical", "mixed", "fdarn", "fdarn-2"]
PREDICTION = ["prediction-1", "prediction-2", "prediction-ar"]


def weights(name):
    """Of importance, exp(-cost), of every chain, and the probability that it is drawn: [N,
    B] each."""
    at = make_problem(NETS[name])
    chain, log_q = exact.all_chains(*at)
    return at, (-chain.cost).exp(), log_q.exp()


@pytest.mark.parametrize("name", often(PREDICTION + BELIEF, ["prediction-2", "mixed", "fdarn-2"]))
def test_many_samples_give_the_log_likelihood(name):
    """With K samples the estimate is off by their spread over the root of K, and low by
    its square."""
    at, w, q = weights(name)
    mean = (q * w).sum(0)
    spread = ((q * w.square()).sum(0) / mean.square() - 1).sqrt()
    samples = 20_000
    found = evaluate.likelihood_bound(*at, seed=3, split=0, samples=samples)
    error = spread.square().sum().sqrt().item() / len(mean) / samples**0.5
    excess = (spread.square().mean() / 2 / samples).item()
    assert abs(found + mean.log().mean().item() - excess) < 4.8 * error + excess


@pytest.mark.parametrize(
    "name, samples",
    often(
        [(name, samples) for name in ("prediction-2", "vae-3") for samples in (1, 2)],
        [("prediction-2", 2), ("vae-3", 1)],
    ),
)
def test_few_samples_give_the_bound_of_few_samples(name, samples):
    at, w, q = weights(name)
    sets = torch.cartesian_prod(*[torch.arange(len(w))] * samples).reshape(-1, samples).T
    values, p = -w[sets].mean(0).log(), q[sets].prod(0)
    want = (p * values).sum(0)
    error = ((p * (values - want).square()).sum() ** 0.5).item() / len(want)
    found = [
        evaluate.likelihood_bound(*at, seed=seed, split=0, samples=samples) for seed in range(2_000)
    ]
    assert abs(sum(found) / 2_000 - want.mean().item()) < 4.8 * error / 2_000**0.5


def test_the_bound_of_belief_nets_is_of_the_images_probability():
    """exp(-cost) weighs a sample of q by p(x, z) / q(z|x): its mean is p(x), which sums to one over
    x."""
    at = make_problem(NETS["vae-3"])
    everything = {"x": torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * 4).double()}
    chain, log_q = exact.all_chains(at.net, at.params, everything)
    assert math.isclose((log_q - chain.cost).exp().sum().item(), 1.0)


def test_chunks_do_not_show(monkeypatch):
    at = make_problem(NETS["vae-3"])
    whole = evaluate.likelihood_bound(*at, seed=1, split=2, samples=50)
    monkeypatch.setattr(evaluate, "LEAST_EXAMPLES", 2)
    monkeypatch.setitem(evaluate.PORTIONS, "cpu", (60, 128, 8))
    assert len(list(evaluate.sampled_costs(*at, 1, 2, 50))) > 10
    assert math.isclose(
        evaluate.likelihood_bound(*at, seed=1, split=2, samples=50), whole, rel_tol=1e-12
    )


@pytest.mark.parametrize("name", NETS)
def test_a_replayed_walk_is_the_plain_one_bit_for_bit(name, monkeypatch):
    net, *trees = make_problem(NETS[name])
    at = (net, *[{k: v.float() for k, v in tree.items()} for tree in trees], 1, 2, 12)
    # Portions of two examples of three, and of fewer samples than there are.
    monkeypatch.setattr(evaluate, "LEAST_EXAMPLES", 1)
    monkeypatch.setitem(evaluate.PORTIONS, "cpu", (50, 2, 1))
    judge = evaluate.JUDGES[NETS[name].judged_by]
    figures = lambda: (
        judge(*at),
        evaluate.active_units(*at),
        torch.cat([*evaluate.sampled_costs(*at)]),
    )
    plain = figures()
    monkeypatch.setattr(replaying, "WORTH_TRACING", 1)
    replayed = figures()
    assert replayed[:2] == plain[:2] and torch.equal(replayed[2], plain[2])


def test_noise_is_of_the_seed_and_the_split():
    at = make_problem(NETS["vae-3"])
    values = {evaluate.likelihood_bound(*at, seed, split, 5) for seed in (1, 2) for split in (0, 1)}
    assert len(values) == 4
    assert evaluate.likelihood_bound(*at, 1, 0, 5) in values


def test_hopeless_parameters_overflow_nowhere():
    at = make_problem(NETS["prediction-1"])
    params = {k: 1e4 * v for k, v in at.params.items()}
    found = evaluate.likelihood_bound(at.net, params, at.batch, 0, 0, 10)
    assert math.isfinite(found) and found > 1_000


def test_a_toy_is_judged_by_its_mean_cost():
    at = make_problem(NETS["toy"])
    chain, log_q = exact.all_chains(*at)
    want = (log_q.exp() * chain.cost).sum(0).mean().item()
    spread = (log_q.exp() * (chain.cost - want).square()).sum(0).mean().item() ** 0.5
    found = evaluate.mean_cost(*at, seed=0, split=0, samples=10_000)
    assert abs(found - want) < 4.8 * spread / (10_000 * len(at.batch["x"])) ** 0.5
