"""What is seen of a run when it is evaluated: several bounds, and the units that are active."""

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from estimators.registry import build_net
from estimators.specs.models import Bernoulli, SigmoidBeliefNet
from estimators.training import evaluate

from .test_experiment import SMALL, spec, trained


def test_every_number_of_samples_has_its_series():
    """Each is the bound that it would be alone; active units are counted beside it."""
    about = {"training": SMALL["training"] | {"steps": 6}, "measurement": {}}
    several, one = (
        trained(spec(evaluation={"every": 6, "samples": samples, "active_units": True}, **about))[0]
        for samples in ([3, 7], 7)
    )
    for part in ("train", "validation", "test"):
        np.testing.assert_array_equal(
            several[1][f"bound/{part}/7"], one[1][f"bound/{part}"], err_msg=part
        )
        assert several[1][f"bound/{part}"][1][0] != one[1][f"bound/{part}"][1][0]
    assert set(several[0]) - set(one[0]) == {
        f"bound/{p}/7" for p in ("train", "validation", "test")
    }
    counts = several[0]["active_units/0"][1]
    assert ((counts >= 1) & (counts <= 5)).all()


def test_evaluations_on_the_way_take_few_examples_and_those_that_count_take_all():
    about = {"training": SMALL["training"] | {"steps": 8}, "measurement": {}}
    looks = {"every": 2, "samples": 3}
    whole, few = (
        trained(spec(evaluation=looks | more, **about))[0][1]["bound/test"]
        for more in ({}, {"interim_examples": 40, "full_at": [4]})
    )
    assert whole[0].tolist() == few[0].tolist() == [0, 2, 4, 6, 8]
    assert (whole[1] == few[1]).tolist() == [False, False, True, False, True]
    apart = trained(spec(evaluation={"every": 8, "samples": 3, "full_at": [5]}, **about))[0]
    assert apart[1]["bound/test"][0].tolist() == [0, 5, 8]


def test_no_evaluation_is_full_after_the_end():
    with pytest.raises(ValidationError, match="Nothing happens after step 25"):
        spec(evaluation={"full_at": [26]})


@pytest.mark.parametrize("samples", [[], [3, 3], [0], list(range(1, 10)), 100_001])
def test_numbers_of_samples_are_few_and_different(samples):
    with pytest.raises(ValidationError):
        spec(evaluation={"samples": samples})


def test_active_units_are_those_whose_mean_varies_over_the_data():
    """One unit of the first layer follows a pixel, the other nothing; of the second layer, one
    follows the first unit."""
    net = build_net(SigmoidBeliefNet(layers=[Bernoulli(n=2), Bernoulli(n=3)]), {"x": 4})
    params = {k: torch.zeros_like(v) for k, v in net.init(torch.Generator()).items()}
    params["q0.w"][1, 0] = 5.0
    params["q1.w"][0, 2] = 5.0
    batch = {"x": (torch.rand(300, 4, generator=torch.Generator().manual_seed(2)) < 0.5).float()}
    assert evaluate.active_units(net, params, batch, 1, 0, 200) == [1, 1]
    params["q0.w"][1, 0] = 0.5
    # sigmoid(0.5) is 0.62: a variance of 0.004
    assert evaluate.active_units(net, params, batch, 1, 0, 200) == [0, 0]
