"""Steps of long programs are fused where there is a compiler: the same run, which goes on bit for
bit."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
import torch

from estimators import experiment
from estimators.experiment import Program
from estimators.registry import build_estimator, build_net
from estimators.specs import ESTIMATORS
from estimators.specs.experiment import Experiment
from estimators.specs.models import Bernoulli, SigmoidBeliefNet
from estimators.specs.training import Adam, Training
from estimators.training import fusing
from estimators.training.train import Member, Trainer
from service.submission import SMALLEST

STEPS = 60


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory):
    """Torch's, empty, for all of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(fusing.FOLDER, str(tmp_path_factory.mktemp("torch")))
        patch.delenv(fusing.OFF, raising=False)
        yield Path(os.environ[fusing.FOLDER])


@pytest.fixture
def always_long(monkeypatch):
    monkeypatch.setattr(experiment, "LONG", STEPS)


def trainer(name, widths):
    x = torch.rand(50, 6, generator=torch.Generator().manual_seed(1))
    net = build_net(SigmoidBeliefNet(layers=[Bernoulli(n=n) for n in widths]), {"x": 6})
    runs = [Member(seed, {"learning_rate": 1e-3}) for seed in (1, 2, 3)]
    training = Training(batch_size=8, optimizer=Adam())
    estimator = build_estimator(ESTIMATORS[name]())
    return Trainer(estimator, net, {"x": (x < 0.2).double()}, runs, training)


TOY = {
    "model": {"name": "toy"},
    "estimator": {"name": "reinforce_loo"},
    "dataset": {"name": "nothing"},
}
PREDICTION = {
    "model": {"name": "structured_prediction", "layers": [{"n": 5, "family": "bernoulli"}]},
    "estimator": {"name": "nvil", "tuning_rate": 0.1},
    "dataset": {"name": "digits"},
}


def program(seeds=(3, 4, 5), state=None, task=TOY):
    training = {"steps": STEPS, "batch_size": 10, "learning_rate": 0.01}
    some = Experiment.model_validate(task | {"training": training, "seeds": seeds})
    members = {lane: Member(seed, some.settings[0]) for lane, seed in enumerate(seeds)}
    return Program(some, members, len(seeds), state)


def costs(some, until=STEPS):
    return some.trainer.run(until)


DEEP = ("muprop", "reinforce_loo", "nvil", "rebar", "relax", "rodeo", "disarm")


@pytest.mark.parametrize(
    "name, widths",
    [("straight_through", [5]), *((name, [5, 4]) for name in DEEP)],
)
@pytest.mark.slow
def test_a_fused_run_is_the_run(name, widths):
    """To 1e-8 in float64."""
    plain, fused = trainer(name, widths), trainer(name, widths)
    fused.fuse()
    torch.testing.assert_close(fused.run(200), plain.run(200), rtol=1e-8, atol=1e-8)
    torch.testing.assert_close(fused.rows, plain.rows, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("task", [TOY, pytest.param(PREDICTION, marks=pytest.mark.slow)])
def test_a_fused_run_is_bit_equal_resumed_and_in_other_company(always_long, folder, task):
    whole, first, others = (
        program(seeds, task=task) for seeds in ((3, 4, 5), (3, 4, 5), (7, 4, 8))
    )
    assert "avx" in whole.kernels["compiled"] or "neon" in whole.kernels["compiled"]
    want = costs(whole)
    costs(first, 23)
    again = program(state=first.state(), task=task)
    assert again.kernels == whole.kernels
    assert torch.equal(costs(again), want[23:])
    assert torch.equal(again.trainer.rows, whole.trainer.rows)
    assert torch.equal(costs(others)[:, 1], want[:, 1])


def test_a_compiler_that_fails_fails_no_run(always_long, monkeypatch, tmp_path):
    """All of it trains as steps come, and says why; so it goes on where a compiler is."""
    broken = tmp_path / "g++"
    broken.write_text("#!/bin/sh\ncase $1 in -dump*|--version) echo 1.2;; *) exit 1;; esac\n")
    broken.chmod(0o755)
    monkeypatch.setenv("CXX", str(broken))
    some = program()
    assert some.kernels.keys() == {"not_compiled"} and "ompile" in some.kernels["not_compiled"]
    monkeypatch.delenv("CXX")
    again = program(state=some.state())
    assert again.kernels == {"not_compiled": "it went on from steps as they come"}
    monkeypatch.setattr(experiment, "LONG", STEPS + 1)
    assert torch.equal(costs(some), costs(program()))


@pytest.mark.parametrize(
    "variable, value, why", [("CXX", "none", "no C++ compiler"), (fusing.OFF, "1", fusing.OFF)]
)
def test_where_nothing_compiles_it_is_said_why(always_long, monkeypatch, variable, value, why):
    monkeypatch.setenv(variable, value)
    assert why in program().kernels["not_compiled"]


def test_a_folder_that_cannot_be_written_or_executed_in_is_no_fault(always_long, monkeypatch):
    monkeypatch.setenv(fusing.FOLDER, "/proc/nowhere")
    assert program().kernels.keys() == {"not_compiled"}


def test_short_runs_are_never_compiled(monkeypatch):
    monkeypatch.setattr(Trainer, "fuse", lambda trainer: pytest.fail("compiled"))
    assert program().kernels == {} and experiment.FUSED not in program().state()
    assert Experiment.model_validate(SMALLEST).training.steps < fusing.LONG


def test_what_nobody_came_to_the_end_of_is_made_anew(folder):
    for fails, left in ((True, False), (False, False), (False, True)):
        with suppress(KeyboardInterrupt), fusing.whole_folder("some"):
            made = Path(os.environ[fusing.FOLDER])
            assert made.parent == folder and (made / "kernel").exists() == left
            (made / "kernel").touch()
            if fails:
                raise KeyboardInterrupt
    assert os.environ[fusing.FOLDER] == str(folder)
