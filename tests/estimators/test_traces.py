"""A step that was traced serves the next program of its kind, and no other."""

import gc
import weakref

import numpy as np
import pytest

from estimators import experiment
from estimators.experiment import Program
from estimators.specs.experiment import Experiment
from estimators.training import traces, train
from estimators.training.traces import RecentTraces
from estimators.training.train import Member

SMALL = {
    "model": {"name": "discrete_vae", "layers": [{"family": "bernoulli", "n": 4}]},
    "estimator": {"name": "muprop"},
    "dataset": {"name": "digits"},
    "training": {"steps": 3, "batch_size": 10},
    "evaluation": {"samples": 2},
}


@pytest.fixture(autouse=True)
def traced(monkeypatch):
    """Steps that were traced."""
    seen, trace = [], train.trace_function
    monkeypatch.setattr(train, "trace_function", lambda *a: seen.append(None) or trace(*a))
    monkeypatch.setattr(experiment, "STEPS", RecentTraces())
    return seen


def program(width=1, seed=0, **more):
    spec = Experiment.model_validate(SMALL | more)
    return Program(spec, {0: Member(seed, spec.runs[0][1])}, width)


def series(made):
    every = made.run_to(3).series[0]
    return {name: one.values for name, one in every.items() if "seconds" not in name}


def test_runs_of_one_job_are_traced_once(traced):
    rates = [SMALL["training"] | {"learning_rate": rate} for rate in (0.1, 0.2, 0.1)]
    for seed, training in enumerate(rates):
        program(seed=seed, training=training)
    assert len(traced) == 1


def test_what_another_program_traced_gives_the_same_bits(traced, monkeypatch):
    program(seed=1).run_to(3)
    after = series(program(seed=2))
    monkeypatch.setattr(experiment, "STEPS", RecentTraces())
    alone = series(program(seed=2))
    assert len(traced) == 2 and after.keys() == alone.keys()
    assert all(np.array_equal(after[name], alone[name]) for name in after)


@pytest.mark.parametrize(
    "other",
    [
        {"estimator": {"name": "nvil"}},
        {"estimator": {"name": "muprop", "signal": {"centre": False}}},
        {"model": {"name": "discrete_vae", "layers": [{"family": "bernoulli", "n": 5}]}},
        {"dataset": {"name": "digits", "threshold": 0.4}},
        {"training": {"steps": 3, "batch_size": 20}},
        {"width": 2},
    ],
)
def test_another_kind_is_traced_by_itself(traced, other):
    program()
    program(**other)
    assert len(traced) == 2


def test_a_long_program_traces_for_itself(traced, monkeypatch):
    """Torch compiles a list once, and would not see that the compiler has changed."""
    monkeypatch.setenv("TORCH_COMPILE_DISABLE", "1")
    program()
    monkeypatch.setattr(experiment, "LONG", 0)
    program(), program()
    assert len(traced) == 3 and len(experiment.STEPS.by_kind) == 1


def test_few_are_kept_those_that_were_used_last(traced, monkeypatch):
    monkeypatch.setattr(traces, "RECENT", 2)
    for width in (1, 2, 1, 3, 1):
        program(width)
    assert len(traced) == 3
    program(2)
    assert len(traced) == 4


def test_of_a_program_nothing_else_is_kept():
    made = program()
    made.run_to(3)
    held = [weakref.ref(one) for one in (made, made.trainer, made.trainer.rows)]
    del made
    gc.collect()
    assert not any(one() is not None for one in held)
