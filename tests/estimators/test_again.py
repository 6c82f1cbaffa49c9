"""One run trained again by itself has the numbers that it had among the others."""

import io
import json
import sys

import pytest

from estimators.commands import again
from estimators.environment import library_digest
from estimators.events import Done, Metrics, run_experiment
from estimators.specs.experiment import Experiment
from estimators.specs.lanes import program_width

TIMES = ("seconds", "wall_seconds")  # what no two trainings share
SPEC = Experiment.model_validate(
    {
        "model": {"name": "structured_prediction", "layers": [{"n": 4, "family": "bernoulli"}]},
        "estimator": {"name": "muprop"},
        "dataset": {"name": "digits"},
        "training": {"steps": 6, "batch_size": 5, "checkpoint_every": 3},
        "evaluation": {"every": 6, "samples": 1},
        "measurement": {"steps": [6], "draws": 10, "examples": 2, "reference_draws": 10},
        "seeds": list(range(20)),
    }
)


@pytest.fixture(scope="module")
def together():
    """Series of all runs, as a service trains them, and how they ended."""
    series, ends = {}, {}

    def note(event):
        if isinstance(event, Metrics):
            for name, part in event.series.items():
                whole = series.setdefault(event.run, {}).setdefault(name, {})
                whole |= dict(zip(part.steps.tolist(), part.values.tolist(), strict=True))
        elif isinstance(event, Done):
            ends[event.run] = event.reason

    run_experiment(SPEC, note)
    return series, ends


@pytest.mark.parametrize("number", [0, 13, 19])
def test_a_run_again_is_bit_equal_in_any_lane_of_any_program(together, number, monkeypatch, capsys):
    assert program_width(SPEC) == 10
    series, ends = together
    line = json.dumps({"spec": SPEC.model_dump(mode="json"), "run": number})
    monkeypatch.setattr(sys, "stdin", io.StringIO(line + "\n"))
    assert again.main([]) == 0
    where, once = map(json.loads, capsys.readouterr().out.splitlines())
    assert where["code"] == library_digest() and where["device"] == "cpu"
    numbers = {name: dict(zip(*part, strict=True)) for name, part in once["series"].items()}
    assert numbers.keys() == series[number].keys() and once["reason"] == ends[number]
    for name, points in series[number].items():
        if not name.startswith(TIMES):
            assert numbers[name] == points, name
    assert numbers["bound/test"] != series[number - 1 if number else 1]["bound/test"]
