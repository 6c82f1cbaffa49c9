"""Closed forms for one Bernoulli unit: q = 1 - p, D = f1 - f0, m = min(p, q)."""

import json

import numpy as np
import pytest

from estimators.commands import toy
from estimators.oracle.toys import toy_table
from estimators.specs.base import Signal
from estimators.specs.control_variates import MuProp
from estimators.specs.pathwise import GumbelSoftmax, StraightThrough
from estimators.specs.score_function import ARM, DisARM, LocalExpectation, Reinforce, ReinforceLOO

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
    assert row.bias == pytest.approx(0, abs=1e-15)
    assert row.variance == pytest.approx(variance(p, q, f0, f1, d, r, centred), rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("p, t", [(0.2, 0.499), (0.9, 0.49)])
def test_the_bias_of_straight_through_is_that_of_its_two_slopes(p, t):
    (row,) = toy_table([StraightThrough()], p, t)
    slope = 2 * (p * (1 - t) + (1 - p) * (0 - t))
    assert row.bias == pytest.approx(p * (1 - p) * slope - row.gradient, rel=1e-12)


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
    assert max(abs(row.bias) for row in (arm, disarm, local)) < 1e-15


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
    assert row.gradient + row.bias == pytest.approx(slope.mean(), rel=1e-6)
    assert row.variance == pytest.approx(slope.var(), rel=1e-6)


def test_a_probability_of_one_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        toy_table([Reinforce()], p=1.0)


def test_the_command_prints_one_row_per_estimator(capsys):
    assert toy.main(["--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"reinforce", "muprop", "half"} <= {row["estimator"]["name"] for row in rows}
    toy.main(["-p", "0.5"])
    assert len(capsys.readouterr().out.splitlines()) == len(rows) + 3
