"""Probes against enumeration over data and values, and intervals against how often they ought to
cover."""

import math
from functools import cache
from itertools import combinations

import pytest
import torch
from scipy import stats

from estimators import baselines
from estimators.core import Memory, estimate_gradient
from estimators.measuring import blocks, chunks, frozen, judge
from estimators.measuring import program as probe_program
from estimators.measuring.blocks import Point, draw_gradients, frozen_minibatches
from estimators.measuring.moments import sampled_moments
from estimators.oracle import exact
from estimators.oracle.problems import NETS, make_problem, warm_memory
from estimators.registry import build_estimator
from estimators.specs import ESTIMATORS
from tests.thoroughness import often

EXAMPLES, SIZE, MINIBATCHES, DRAWS, REPEATS = 5, 2, 20, 4, 20
MANY = 20_000
SPECS = {name: cls() for name, cls in ESTIMATORS.items()}
SERVED = [(name, "vae-1") for name, spec in SPECS.items() if not spec.refuses(NETS["vae-1"])]
SERVED += [("vimco", "bound"), ("reparameterization", "gaussian"), ("stl", "gaussian")]


def world(net):
    return make_problem(NETS[net], size=EXAMPLES)


def point(at, seed):
    return Point(at.net, at.params, frozen_minibatches(at.batch, seed, MINIBATCHES, SIZE), seed)


@cache
def used(name, net):
    """An estimator, and its memory after some steps."""
    estimator = build_estimator(SPECS[name])
    return estimator, warm_memory(estimator, world(net), steps=10)


def find(name, net, seed, draws=DRAWS):
    compared = judge.ProbeJudge(point(world(net), seed), draws, draws)
    return compared.find(SPECS[name], SPECS[name].declares(NETS[net]), *used(name, net))


def relative_bias(name, net):
    """Of the model's objective.  Enumerated; or nought, where that is promised and certified; or of
    many draws."""
    at, (estimator, memory) = world(net), used(name, net)
    if not probe_program.foreign_objective(estimator) and estimator.holds(NETS[net]).startswith(
        "all"
    ):
        return 0.0
    where = (estimator, at.net, at.params, baselines.unscaled_memory(memory), at.batch)
    enumerable = exact.is_enumerable(estimator, at.net)
    mean = exact.exact_moments(*where)[0] if enumerable else sampled_moments(*where, n=MANY).mean
    want = exact.objective_gradient(*at)
    return (
        (frozen.flat_gradient({k: mean[k] for k in want}) - frozen.flat_gradient(want)).norm()
        / frozen.flat_gradient(want).norm()
    ).item()


def enough(n):
    """Of n intervals of 95%, fewer cover by bad luck once in ten thousand times."""
    return stats.binom.ppf(1e-4, n, 0.95)


@pytest.fixture
def whole(monkeypatch):
    monkeypatch.setattr(blocks, "PIECES", 1)


EVERY = slice(None)
SOME, FEW = slice(None, None, 10), slice(None, None, 25)


@pytest.mark.parametrize(
    "sampled, some",
    [
        pytest.param(False, SOME, id="exact"),
        pytest.param(True, FEW, id="sampled"),
        pytest.param(False, EVERY, id="exact, every estimator", marks=pytest.mark.slow),
        pytest.param(True, EVERY, id="sampled, every estimator", marks=pytest.mark.slow),
    ],
)
def test_intervals_of_bias_cover_it(sampled, some, whole, monkeypatch):
    served = SERVED[some]
    if sampled:
        monkeypatch.setattr(frozen, "MOST_ENUMERATED", 0)
    covered = {}
    assert some != EVERY or {name for name, _ in served} == set(ESTIMATORS)
    for place, (name, net) in enumerate(served):
        bias = relative_bias(name, net)
        seeds = range(place * REPEATS, (place + 1) * REPEATS)
        found = [find(name, net, seed).parts["all"].bias for seed in seeds]
        covered[name] = sum(f.low <= bias <= f.high for f in found)
    assert min(covered.values()) >= enough(REPEATS), covered
    assert sum(covered.values()) >= enough(REPEATS * len(covered)), covered


@pytest.mark.parametrize(
    "name", often(["straight_through", "gumbel_softmax", "slope_annealed"], ["gumbel_softmax"])
)
def test_what_is_biased_is_seen_to_be(name, whole):
    assert relative_bias(name, "vae-1") > 0.1
    found = find(name, "vae-1", 0, draws=400).parts["all"]
    assert found.bias.low > 0 and found.cosine.high < 1


def split(name, net):
    """(latent, data) per part, over all minibatches and values."""
    at, (estimator, memory) = world(net), used(name, net)
    memory = baselines.unscaled_memory(memory)
    means, latents = [], []
    for some in combinations(range(EXAMPLES), SIZE):
        batch = {k: v[list(some)] for k, v in at.batch.items()}
        mean, variance = exact.exact_moments(estimator, at.net, at.params, memory, batch)
        means.append(frozen.flat_gradient({k: mean[k] for k in at.params}))
        latents.append(frozen.flat_gradient({k: variance[k] for k in at.params}))
    latent, data = torch.stack(latents).mean(0), torch.stack(means).var(0, correction=0)
    owner, names = blocks.coordinate_layers(at.params), list(blocks.layer_parameters(at.params))
    mine = lambda part: torch.isin(owner, torch.tensor([names.index(name) for name in part]))
    return {
        k: [v[mine(part)].sum().item() for v in (latent, data)]
        for k, part in judge.gradient_parts(names).items()
    }


@pytest.mark.parametrize(
    "name", often(["reinforce_loo", "muprop", "straight_through"], ["muprop", "straight_through"])
)
def test_the_variance_splits_as_enumeration_says(name, whole):
    """In every part, without bias, and intervals cover."""
    want = split(name, "vae-1")
    found = [find(name, "vae-1", seed).parts for seed in range(REPEATS)]
    assert {"all", "encoder", "decoder", "q0", "p0", "p1"} == set(want) == set(found[0])
    for part, (latent, data) in want.items():
        for field, truth in (("latent", latent), ("data", data), ("variance", latent + data)):
            figures = [getattr(f[part], field) for f in found]
            values = torch.tensor([f.value for f in figures])
            assert abs(values.mean() - truth) < 4.8 * values.std() / REPEATS**0.5 + 1e-12, (
                part,
                field,
            )
            if part == "all":
                assert sum(f.low <= truth <= f.high for f in figures) >= enough(REPEATS)


def test_other_figures_follow_from_these(whole):
    found = find("half", "vae-1", 3)
    whole_gradient = found.parts["all"]
    value = {
        name: getattr(whole_gradient, name).value for name in type(whole_gradient).model_fields
    }
    assert math.isclose(value["variance"], value["latent"] + value["data"], rel_tol=1e-9)
    assert math.isclose(value["work"], value["variance"] * (found.forward + 2 * found.backward))
    assert (found.forward, found.backward) == (found.declared.forward, found.declared.backward)
    at = world("vae-1")
    square = sum(exact.objective_gradient(*at)[k].square().sum() for k in at.params).item()
    apart = (value["squared_error"] - value["variance"]) / square
    assert math.isclose(
        apart, value["bias"] ** 2, rel_tol=0.5
    )  # norms of the data's gradient, and of some's
    assert found.seconds.value > 0


def test_leave_one_out_of_two_draws_is_the_measure(whole):
    at, spec = world("vae-1"), ESTIMATORS["reinforce_loo"](draws=2)
    compared = judge.ProbeJudge(point(at, 0), DRAWS, DRAWS)
    found = compared.find(
        spec, spec.declares(NETS["vae-1"]), build_estimator(spec), Memory()
    ).parts["all"]
    assert found.log_ratio.value == found.log_ratio.low == found.latent_log_ratio.high == 0


@pytest.mark.parametrize("name", ["muprop", "rebar", "local_expectation", "optimal_baseline"])
def test_vmapped_draws_are_those_of_a_loop(name, monkeypatch):
    at, estimator = world("vae-1"), build_estimator(SPECS[name])
    here, memory = point(at, 1), warm_memory(estimator, at, steps=3)
    together = draw_gradients(estimator, here, memory, 3)
    uniforms, rows = blocks.probe_noise(estimator, here), []
    for i in range(3 * MINIBATCHES):
        u = [v[0].clone() for v in uniforms.at(i)]
        rows.append(
            frozen.flat_gradient(
                estimate_gradient(estimator, *at[:2], memory, here.batch(i // 3), u).params
            )
        )
    looped = torch.stack(rows).unflatten(0, (MINIBATCHES, 3))
    torch.testing.assert_close(together.means, looped.mean(1))
    torch.testing.assert_close(together.within.sum(1), looped.var(1).sum(1))
    monkeypatch.setattr(chunks, "ROOM", 1)
    again = draw_gradients(estimator, here, memory, 3)
    for one, other in zip(together[:2], again[:2], strict=True):
        torch.testing.assert_close(one, other)


def test_what_is_taken_together_is_bounded(monkeypatch):
    """By the memory that one estimate takes, hidden numbers included."""
    at, estimator = world("vae-1"), build_estimator(SPECS["optimal_baseline"])
    here, memory = point(at, 0), warm_memory(estimator, at, steps=1)
    sizes = lambda: {len(g) for _, g, _ in blocks.gradient_chunks(estimator, here, memory, 10, 0)}
    assert max(sizes()) == 20  # a tenth of them
    u = [v[0].clone() for v in blocks.probe_noise(estimator, here).at(0)]
    held = chunks.peak_bytes(
        lambda: estimate_gradient(estimator, *at[:2], memory, here.batch(0), u)
    )
    # The gradient of every example.
    assert held > SIZE * sum(p.nbytes for p in at.params.values())
    monkeypatch.setattr(chunks, "ROOM", 5 * held)
    assert max(sizes()) in (4, 5)


def test_minibatches_are_drawn_each_for_itself():
    found = frozen_minibatches({"x": torch.arange(50)[:, None]}, 3, 400, 10)["x"][..., 0]
    assert all(len(set(batch.tolist())) == 10 for batch in found)
    shared = torch.tensor(
        [len(set(a.tolist()) & set(b.tolist())) for a, b in zip(found[:-1], found[1:], strict=True)]
    )
    assert abs(shared.float().mean() - 10 * 10 / 50) < 4.8 * shared.float().std() / 399**0.5
    assert len(frozen_minibatches({"x": torch.zeros(1, 0)}, 0, 8, 6)["x"][0]) == 6
