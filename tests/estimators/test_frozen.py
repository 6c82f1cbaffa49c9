"""Measured bias, variance and direction, against enumeration."""

import math

import pytest
import torch

from estimators import baselines
from estimators.core import Memory
from estimators.measuring import frozen, sums
from estimators.oracle import exact
from estimators.oracle.problems import NETS, make_problem, warm_memory
from estimators.registry import build_estimator
from estimators.specs import ESTIMATORS
from estimators.specs.base import Signal
from estimators.specs.training import Measurement
from estimators.training import replaying
from tests.thoroughness import often

from .cases import label

MANY = Measurement(draws=300, reference_draws=200)
SCALED = Signal(centre=True, normalise=True)
UNBIASED = [
    ESTIMATORS["reinforce_loo"](draws=2),
    ESTIMATORS["reinforce"](signal=SCALED),
    ESTIMATORS["muprop"](),
]
BIASED = [ESTIMATORS["straight_through"](), ESTIMATORS["half"]()]
named = pytest.mark.parametrize("spec", UNBIASED + BIASED, ids=lambda spec: spec.name)


def setting(spec, net="prediction-2"):
    at, estimator = make_problem(NETS[net]), build_estimator(spec)
    return at, estimator, warm_memory(estimator, at, steps=10)


def truth(spec):
    """(relative bias, total variance) with the scale at one, enumerated."""
    at, estimator, memory = setting(spec)
    mean, variance = exact.exact_moments(
        estimator, at.net, at.params, baselines.unscaled_memory(memory), at.batch
    )
    want = exact.objective_gradient(*at)
    apart = sum((mean[k] - want[k]).square().sum() for k in want) / sum(
        v.square().sum() for v in want.values()
    )
    return apart.item() ** 0.5, sum(v.sum() for v in variance.values()).item()


def measured(spec, seed=0, sampled=False, net="prediction-2"):
    at, estimator, memory = setting(spec, net)
    with pytest.MonkeyPatch.context() as patch:
        if sampled:
            patch.setattr(frozen, "MOST_ENUMERATED", 0)
        return frozen.step_metrics(frozen.step_judge(*at, seed, MANY), estimator, memory)


@pytest.mark.parametrize(
    "spec, sampled",
    [
        (UNBIASED[0], True),
        (BIASED[0], False),
        *[pytest.param(spec, True, marks=pytest.mark.slow) for spec in UNBIASED[1:] + BIASED],
    ],
)
def test_intervals_cover_the_bias(spec, sampled):
    bias, _ = truth(spec)
    found = [measured(spec, seed, sampled) for seed in range(12)]
    covers = [abs(f["gradient/bias"] - bias) <= 2 * f["gradient/bias_error"] for f in found]
    assert sum(covers) >= 10  # of 12 intervals of two standard errors


def test_straight_through_is_visibly_biased():
    assert truth(BIASED[0])[0] > 0.15
    found = measured(BIASED[0])
    assert found["gradient/bias"] > 4 * found["gradient/bias_error"]


@pytest.mark.parametrize("spec", often(UNBIASED + BIASED, [UNBIASED[0], BIASED[1]]), ids=label)
def test_squares_average_to_the_squared_bias(spec):
    """A norm of a difference of means would be high by the variance over the number of draws."""
    bias, _ = truth(spec)
    at, estimator, memory = setting(spec)
    want = frozen.reference_gradient(at.net, at.params, at.batch, 0, 0)
    plain = baselines.unscaled_memory(memory)
    draws = [
        frozen.draw_blocks(estimator, at.net, at.params, plain, at.batch, seed, 40)
        for seed in range(100)
    ]
    gaps = torch.tensor([frozen.relative_gap(g, want) for g in draws])
    errors = torch.tensor([frozen.jackknife_error(frozen.relative_gap, g, want) for g in draws])
    assert abs(gaps.mean() - bias**2) < 4.8 * gaps.std() / 100**0.5
    assert 0.7 < errors.mean() / gaps.std() < 1.5  # the jackknife knows the spread


@named
def test_variance_is_that_of_one_estimate(spec):
    _, variance = truth(spec)
    at, estimator, memory = setting(spec)
    at_rest = (at.net, at.params, baselines.unscaled_memory(memory), at.batch)
    found = torch.tensor(
        [frozen.draw_blocks(estimator, *at_rest, seed, 200).variance for seed in range(10)]
    )
    assert abs(found.mean() - variance) < 4.8 * found.std() / 10**0.5


def test_equal_estimators_have_equal_variance_on_equal_noise():
    found = measured(ESTIMATORS["reinforce_loo"](draws=2))
    assert found["gradient/log_ratio"] == 0
    assert found["gradient/variance"] == found["gradient/variance_loo2"]


def test_normalisation_turns_the_trained_gradient_of_muprop_and_not_the_measured_bias():
    at, estimator, memory = setting(ESTIMATORS["muprop"](signal=SCALED))
    large = memory._replace(
        running={k: v * 0 + 100 if k.startswith("var") else v for k, v in memory.running.items()}
    )
    found = frozen.step_metrics(frozen.step_judge(*at, 0, MANY), estimator, large)
    assert abs(found["gradient/bias"]) < 2 * found["gradient/bias_error"]
    mean, _ = exact.exact_moments(estimator, at.net, at.params, large, at.batch)
    want = exact.objective_gradient(*at)
    mean, want = frozen.flat_gradient({k: mean[k] for k in want}), frozen.flat_gradient(want)
    exactly = (mean @ want / mean.norm() / want.norm()).item()
    assert exactly < 0.99 and abs(found["gradient/cosine"] - exactly) < 0.03


def test_the_jackknife_of_a_mean_is_its_standard_error():
    x = torch.randn(1_000, 1, generator=torch.Generator().manual_seed(0)).double()
    parts = x.split(100)
    g = frozen.Draws(
        torch.stack([p.sum(0) for p in parts]),
        torch.stack([p.square().sum() for p in parts]),
        torch.full((10,), 100.0).double(),
    )
    assert math.isclose(g.variance, x.var().item(), rel_tol=1e-9)
    pairs = x @ x.T
    assert math.isclose(g.square, ((pairs.sum() - pairs.trace()) / 999_000).item(), rel_tol=1e-6)
    means = torch.stack([p.mean() for p in parts])
    one = frozen.NoiselessGradient(torch.ones(1).double())
    error = frozen.jackknife_error(lambda g, one: (g.mean @ one.mean).item(), g, one)
    assert math.isclose(error, (means.std() / 10**0.5).item(), rel_tol=1e-9)


def test_sums_are_condensed_without_a_change_of_what_is_asked():
    generator = torch.Generator().manual_seed(0)
    some = [
        frozen.Draws(
            torch.randn(10, 50, generator=generator).double() + 1,
            torch.full((10,), 500.0).double(),
            torch.full((10,), 3.0).double(),
        )
        for _ in range(2)
    ]
    small = frozen.condense_sums(*some)
    assert small[0].totals.shape == small[1].totals.shape == (10, 20)
    for figure in (frozen.relative_gap, frozen.cosine_similarity):
        assert math.isclose(figure(*small), figure(*some), rel_tol=1e-9)


@pytest.mark.parametrize(
    "square, deviation", [(0.0, 0.01), (0.01, 0.02), (-0.01, 0.005), (0.25, 0.01)]
)
def test_an_interval_of_the_root_covers_that_of_the_square(square, deviation):
    middle, error = frozen.signed_root(square, deviation)
    signed = lambda x: math.copysign(abs(x) ** 0.5, x)
    assert math.isclose(middle, signed(square))
    assert middle - 2 * error <= signed(square - 2 * deviation) + 1e-12
    assert middle + 2 * error >= signed(square + 2 * deviation) - 1e-12
    if deviation < square / 10:
        assert math.isclose(error, deviation / (2 * middle), rel_tol=0.1)


def test_draws_do_not_hang_on_chunks(monkeypatch):
    at, estimator, memory = setting(ESTIMATORS["muprop"]())
    draw = lambda: frozen.draw_blocks(estimator, at.net, at.params, memory, at.batch, 1, 25)
    whole = draw()
    monkeypatch.setattr(frozen, "CHUNK", 1)
    for one, other in zip(whole, draw(), strict=True):
        torch.testing.assert_close(one, other)


@named
def test_replayed_draws_are_the_plain_ones_bit_for_bit(spec, monkeypatch):
    at, estimator, memory = setting(spec)
    monkeypatch.setattr(frozen, "chunk_size", lambda one: 6)
    draw = lambda: frozen.draw_blocks(estimator, at.net, at.params, memory, at.batch, 1, 35)
    plain = draw()
    monkeypatch.setattr(replaying, "WORTH_TRACING", 1)
    assert all(map(torch.equal, draw(), plain))


@pytest.mark.parametrize("piece", [1, 7, 2**16])
def test_sums_are_of_every_gradient(piece, monkeypatch):
    monkeypatch.setattr(sums, "PIECE", piece)
    g, rows = torch.randn(5, 11), torch.tensor([0, 0, 1, 3, 3])
    totals, squares = torch.ones(4, 11).double(), torch.ones(4).double()
    sums.add_gradients(totals, squares, rows, g)
    for row in range(4):
        mine = g[rows == row].double()
        torch.testing.assert_close(totals[row], 1 + mine.sum(0))
        torch.testing.assert_close(squares[row], 1 + mine.square().sum())


def test_a_net_of_a_bound_has_a_reference_of_its_own_objective(monkeypatch):
    at = make_problem(NETS["bound"])
    exactly = frozen.reference_gradient(at.net, at.params, at.batch, 0, 0)
    monkeypatch.setattr(frozen, "MOST_ENUMERATED", 0)
    sampled = frozen.reference_gradient(at.net, at.params, at.batch, 0, 2_000)
    difference = frozen.relative_gap(sampled, exactly)
    assert abs(difference) < 4.8 * frozen.jackknife_error(frozen.relative_gap, sampled, exactly)


def test_what_drowns_in_noise_is_not_a_number():
    nothing = frozen.NoiselessGradient(torch.zeros(3).double())
    some = frozen.Draws(
        torch.ones(2, 3).double(), torch.ones(2).double() * 3, torch.ones(2).double()
    )
    assert math.isnan(frozen.relative_gap(some, nothing)) and math.isnan(
        frozen.cosine_similarity(some, nothing)
    )
    assert Memory() == baselines.unscaled_memory(Memory())
