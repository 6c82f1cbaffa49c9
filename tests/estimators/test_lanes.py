"""How many runs train together."""

import pytest

from estimators import events
from estimators.events import Done, Metrics, run_experiment
from estimators.experiment import Program
from estimators.specs.experiment import Experiment
from estimators.specs.lanes import program_width


def wanted(seeds, model="toy", layers=None, **training):
    model = {"name": model} | ({"layers": layers} if layers else {})
    return Experiment(
        model=model,
        estimator={"name": "reinforce_loo"},
        dataset={"name": "nothing" if model["name"] == "toy" else "mnist"},
        training=training,
        seeds=range(seeds),
    )


LARGE = [{"family": "bernoulli", "n": 200}] * 3


@pytest.mark.parametrize(
    "spec, on_cpu, on_gpu",
    [
        (wanted(5), 5, 5),
        (wanted(15), 8, 15),
        (wanted(40), 20, 40),
        (wanted(100), 25, 100),
        (wanted(300), 30, 100),
        (wanted(20, "discrete_vae", LARGE), 7, 20),
    ],
)
def test_runs_share_programs_evenly_and_by_what_they_take(spec, on_cpu, on_gpu):
    assert program_width(spec) == on_cpu and program_width(spec, "gpu") == on_gpu


def test_what_does_not_fit_into_memory_is_halved(monkeypatch):
    widths = []

    class Small(Program):
        def __init__(self, spec, members, width, device):
            widths.append(width)
            if width > 2:
                raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried ...")
            super().__init__(spec, members, width)

    monkeypatch.setattr(events, "Program", Small)
    heard = []
    run_experiment(wanted(5, steps=2), heard.append)
    assert widths == [5, 3, 2, 1, 2]
    assert sorted(event.run for event in heard if isinstance(event, Done)) == [*range(5)]
    assert {event.run for event in heard if isinstance(event, Metrics)} == {*range(5)}


def test_what_fails_otherwise_or_alone_fails(monkeypatch):
    def refuse(spec, members, width, device):
        raise RuntimeError("not enough memory" if width == 1 else "shapes do not fit")

    monkeypatch.setattr(events, "Program", refuse)
    for seeds, why in ((2, "shapes"), (1, "memory")):
        with pytest.raises(RuntimeError, match=why):
            run_experiment(wanted(seeds, steps=2), print)
