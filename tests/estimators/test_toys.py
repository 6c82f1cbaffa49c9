"""Closed forms for one Bernoulli unit: q = 1 - p, D = f1 - f0, m = min(p, q)."""

import json
from itertools import product

import numpy as np
import pytest

from estimators.commands import toy
from estimators.oracle.toys import toy_table
from estimators.specs import ESTIMATORS
from estimators.specs.base import Signal
from estimators.specs.control_variates import DoubleCV, MuProp
from estimators.specs.pathwise import GumbelSoftmax, StraightThrough
from estimators.specs.score_function import (
    ARM,
    NVIL,
    DisARM,
    LocalExpectation,
    Reinforce,
    ReinforceLOO,
)

CENTRED = Signal(centre=True)


def quantities(p, t):
    f0, f1 = t**2, (1 - t) ** 2
    r = [
        f - (p - t) ** 2 - 2 * (p - t) * (b - p) for b, f in enumerate((f0, f1))
    ]  # MuProp's residuals
    mean = (1 - p) * r[0] + p * r[1]
    return 1 - p, f0, f1, f1 - f0, r, [x - mean for x in r]


VARIANCES = {
    "plain": (
        Reinforce(),
        lambda p, q, f0, f1, d, r, c: p * q * (q * f1**2 + p * f0**2) - (p * q * d) ** 2,
    ),
    "centred": (
        Reinforce(signal=CENTRED),
        lambda p, q, f0, f1, d, r, c: p * q * d**2 * (1 - 2 * p) ** 2,
    ),
    "loo": (ReinforceLOO(draws=2), lambda p, q, f0, f1, d, r, c: p * q * d**2 * (0.5 - p * q)),
    "muprop": (
        MuProp(signal=Signal()),
        lambda p, q, f0, f1, d, r, c: p * q * (r[1] * q + r[0] * p) ** 2,
    ),
    "muprop-c": (
        MuProp(signal=CENTRED),
        lambda p, q, f0, f1, d, r, c: p * q * (c[1] * q + c[0] * p) ** 2,
    ),
}


@pytest.mark.parametrize("name", VARIANCES)
@pytest.mark.parametrize("p, t", [(0.2, 0.499), (0.9, 0.49), (0.5, 0.499)])
def test_gradient_and_variance_are_those_in_closed_form(name, p, t):
    spec, variance = VARIANCES[name]
    (row,) = toy_table([spec], p, t)
    q, f0, f1, d, r, centred = quantities(p, t)
    assert row.gradient == pytest.approx(p * q * d, rel=1e-12)
    assert row.bias == 0 and row.optimal is None
    assert row.variance == pytest.approx(variance(p, q, f0, f1, d, r, centred), rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("p, t", [(0.2, 0.499), (0.9, 0.49)])
def test_the_bias_of_straight_through_is_that_of_its_two_slopes(p, t):
    (row,) = toy_table([StraightThrough()], p, t)
    slope = 2 * (p * (1 - t) + (1 - p) * (0 - t))
    assert row.bias == pytest.approx(p * (1 - p) * slope / row.gradient - 1, rel=1e-12)


@pytest.mark.parametrize("p, t", [(0.2, 0.499), (0.5, 0.45), (0.5, 0.49), (0.9, 0.49)])
def test_what_hangs_on_a_uniform_is_integrated(p, t):
    """ARM: (f(b) - f(b')) (u - 1/2) over the uniforms for which the mirrored value differs, a
    stretch of min(p, q) at either end.  DisARM: its mean given the values."""
    q, *_, d, _, _ = quantities(p, t)
    m = min(p, q)
    arm, disarm, local = toy_table([ARM(), DisARM(), LocalExpectation()], p, t)
    square = 2 * d**2 * ((1 / 2) ** 3 - (1 / 2 - m) ** 3) / 3
    assert arm.variance == pytest.approx(square - (p * q * d) ** 2, rel=1e-9)
    assert disarm.variance == pytest.approx(2 * m * (max(p, q) * d / 2) ** 2 - (p * q * d) ** 2)
    assert local.variance == pytest.approx(0, abs=1e-20)
    assert {row.bias for row in (arm, disarm, local)} == {0}


def test_figures_of_the_papers():
    """At p = 0.2, t = 0.499."""
    arm, disarm = toy_table([ARM(), DisARM()])
    assert (arm.variance, disarm.variance) == pytest.approx((1.589e-7, 1.536e-7), rel=1e-3)


def test_a_relaxation_is_biased_by_what_a_fine_sum_says():
    p, t, temperature = 0.2, 0.499, 0.5
    (row,) = toy_table([GumbelSoftmax(temperature=temperature)], p, t)
    u = (np.arange(2_000_000) + 0.5) / 2_000_000
    soft = 1 / (1 + np.exp(-(np.log(p / (1 - p)) + np.log(u / (1 - u))) / temperature))
    slope = 2 * (soft - t) * soft * (1 - soft) / temperature
    assert row.gradient * (1 + row.bias) == pytest.approx(slope.mean(), rel=1e-6)
    assert row.variance == pytest.approx(slope.var(), rel=1e-6)


def test_a_probability_of_one_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        toy_table([Reinforce()], p=1.0)


@pytest.mark.parametrize("p, t", [(0.2, 0.499), (0.5, 0.45)])
def test_what_is_learned_is_at_the_optimum_of_its_own_criterion(p, t):
    """The signal's square wants its mean for a baseline; the gradient's, the best alpha; where
    scales are learned MuProp's linear term makes a quadratic cost of one unit exact."""
    q, *_, d, _, _ = quantities(p, t)
    nvil, scaled, double = toy_table([NVIL(), MuProp(learned_scale=True), DoubleCV()], p, t)
    assert nvil.variance == pytest.approx(p * q * d**2 * (1 - 2 * p) ** 2, rel=1e-6, abs=1e-15)
    assert scaled.variance < 1e-12
    near = [fixed_alpha(p, t, double.reached["alpha"] + by) for by in (-1e-4, 0, 1e-4)]
    assert double.variance == pytest.approx(near[1][0])
    assert near[1][1] == min(criterion for _, criterion in near)
    assert nvil.optimal and scaled.optimal and double.optimal


def fixed_alpha(p, t, alpha):
    """Of double control variates, over the four pairs of values: the variance, and the mean square
    of what each draw gives, which its tuning makes small."""
    gradient, q = p * (1 - p) * ((1 - t) ** 2 - t**2), 1 - p
    variance = criterion = 0.0
    for one, two in product((0, 1), repeat=2):
        weight = (p if one else q) * (p if two else q)
        slopes = 2 * (one - t), 2 * (two - t)
        gap = (one - t) ** 2 + alpha * slopes[1] * (one - p)
        gap -= (two - t) ** 2 + alpha * slopes[0] * (two - p)
        first = gap * (one - p) - alpha * slopes[1] * p * q
        second = -gap * (two - p) - alpha * slopes[0] * p * q
        variance += weight * ((first + second) / 2 - gradient) ** 2
        criterion += weight * (first**2 + second**2)
    return variance, criterion


def test_the_command_prints_one_row_per_estimator(capsys):
    listed = '[{"name": "reinforce"}, {"name": "muprop", "learned_scale": true}, {"name": "half"}]'
    assert toy.main(["--json", "--estimators", listed]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["p"], row["t"]) for row in rows[::3]] == [(0.2, 0.499), (0.5, 0.45), (0.5, 0.49)]
    assert [row["estimator"]["name"] for row in rows[:3]] == ["reinforce", "muprop", "half"]
    toy.main(["-p", "0.5", "--estimators", listed])
    lines = capsys.readouterr().out.splitlines()
    assert lines[3].split()[:3] == ["reinforce", "none", "seen,"] and "slope_scale" in lines[4]
    assert "10^5 times noisier" in " ".join(lines) and len(lines) == 14


def test_every_estimator_is_asked():
    assert {type(spec) for spec in toy.toy_estimators()} == set(ESTIMATORS.values())
