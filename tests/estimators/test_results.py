"""A whole experiment in one call."""

import math

import numpy as np
import torch

from estimators.commands.run import Ledger
from estimators.events import Done, Metrics
from estimators.experiment import Series, join_series
from estimators.specs.experiment import Experiment
from estimators.training.results import torch_threads, train_experiment

SPEC = Experiment(
    model={"name": "toy"},
    estimator={"name": "reinforce_loo"},
    dataset={"name": "nothing"},
    training={"steps": 20, "learning_rate": [0.1, 0.2], "checkpoint_every": 10},
    seeds=[0, 1],
)


def test_every_run_has_its_series_and_every_setting_a_line():
    told = []
    result = train_experiment(SPEC, lambda step, steps: told.append((step, steps)))
    assert [(run.seed, run.setting["learning_rate"]) for run in result.runs] == [
        (seed, setting["learning_rate"]) for seed, setting in SPEC.runs
    ]
    for run in result.runs:
        assert run.reason == "completed" and run.series["cost/train"].steps.tolist() == [
            *range(1, 21)
        ]
    lines = str(result).splitlines()
    assert len(lines) == 2 and all("2 seeds of 20 steps" in line for line in lines)
    assert set(told) <= {(step, 20) for step in range(21)} and told
    ends = [run.last("bound/test") for run in result.runs]
    assert sorted(sum(result.bounds().values(), [])) == sorted(ends)
    assert f"{sum(result.bounds()[tuple(sorted(SPEC.runs[0][1].items()))]) / 2:.2f}" in lines[0]


def test_a_diverged_run_has_no_number():
    result = train_experiment(SPEC)
    lost = result.runs[0]._replace(reason="diverged")
    assert math.isnan(lost.last("bound/test"))
    text = str(result._replace(runs=[lost, *result.runs[1:]]))
    assert "1 diverged" in text and "nan" not in text


def test_a_series_that_was_never_logged_has_no_last_value():
    assert math.isnan(train_experiment(SPEC).runs[0].last("gradient/variance"))


def test_early_stopping_reports_the_test_bound_where_validation_is_lowest():
    run = train_experiment(SPEC).runs[0]
    steps = np.array([0, 10, 20])
    judged = {"bound/validation": Series(steps, np.array([3.0, 1.0, 2.0]))}
    seen = {"bound/test": Series(steps, np.array([5.0, 4.0, 3.0]))}
    assert run._replace(series=judged | seen).stopped_early() == (10, 4.0)
    assert math.isnan(run._replace(series=seen).stopped_early()[1])
    assert math.isnan(run._replace(series=judged | seen, reason="diverged").stopped_early()[1])


def test_the_command_prints_what_early_stopping_reports():
    ledger = Ledger(SPEC, lambda: 0.0)
    for run in range(len(SPEC.runs)):
        for at, validation, test in [([0, 10], [3.0, 1.0], [5.0, 4.0]), ([20], [2.0], [3.0])]:
            bounds = {"bound/validation": validation, "bound/test": test}
            series = {k: Series(np.array(at), np.array(v)) for k, v in bounds.items()}
            ledger(Metrics(run, series))
        ledger(Done(run, "completed"))
    head, first, _ = ledger.table().splitlines()
    assert "stopped early" in head and "4.000" in first and "3.000" in first


def test_threads_are_as_before():
    before = torch.get_num_threads()
    with torch_threads(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before


def test_nothing_joined_is_nothing():
    assert join_series([]) == {}
