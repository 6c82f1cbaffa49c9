"""Rates over the steps, against torch's own schedulers."""

import pytest
import torch
from pydantic import TypeAdapter, ValidationError
from torch.optim import lr_scheduler

from estimators.specs.schedules import Cosine, Exponential, Schedule, StepList
from estimators.specs.training import Training

SCHEDULES = {
    "steps": (
        StepList(at=[3, 7, 8], factor_each=0.3),
        lambda opt: lr_scheduler.MultiStepLR(opt, [3, 7, 8], 0.3),
    ),
    "exponential": (
        Exponential(factor_each=0.9),
        lambda opt: lr_scheduler.ExponentialLR(opt, 0.9),
    ),
    "cosine": (
        Cosine(over=12, last=0.1),
        lambda opt: lr_scheduler.CosineAnnealingLR(opt, 12, eta_min=0.05),
    ),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_is_torchs(name):
    ours, theirs = SCHEDULES[name]
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.5)
    scheduler = theirs(optimizer)
    for step in range(13):
        assert 0.5 * ours.factor(step) == pytest.approx(optimizer.param_groups[0]["lr"])
        optimizer.step(), scheduler.step()


def test_warm_up_is_torchs_linear_rate_times_the_schedule():
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    scheduler = lr_scheduler.LinearLR(optimizer, 1 / 5, total_iters=4)
    for step in range(10):
        rising = optimizer.param_groups[0]["lr"]
        for schedule, _ in SCHEDULES.values():
            warm = schedule.model_copy(update={"warm_up": 5})
            assert warm.factor(step) == pytest.approx(rising * schedule.factor(step))
        optimizer.step(), scheduler.step()
    assert Training().schedule.factor(10**8) == 1.0


def test_after_its_steps_a_cosine_stays_where_it_ended():
    assert Cosine(over=12, last=0.1).factor(500) == pytest.approx(0.1)
    assert Exponential(factor_each=0.5, every=100).factor(50) == pytest.approx(0.5**0.5)


@pytest.mark.parametrize(
    "schedule, word",
    [
        ({"name": "steps", "at": [5, 5]}, "ascending"),
        ({"name": "steps", "at": []}, "at least 1 item"),
        ({"name": "steps", "at": [0]}, "greater than or equal to 1"),
        ({"name": "steps", "at": [5], "factor_each": 0}, "greater than 0"),
        ({"name": "exponential"}, "required"),
        ({"name": "exponential", "factor_each": 1.5}, "less than or equal to 1"),
        ({"name": "cosine"}, "required"),
        ({"name": "cosine", "over": 10, "last": -1}, "greater than or equal to 0"),
        ({"name": "constant", "warm_up": -1}, "greater than or equal to 0"),
        ({"name": "polynomial"}, "does not match"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(schedule, word):
    with pytest.raises(ValidationError, match=word):
        TypeAdapter(Schedule).validate_python(schedule)
