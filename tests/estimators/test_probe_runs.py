"""Probes as they run: what is trained, what is measured, what is refused, and why."""

import pytest
import torch
from pydantic import ValidationError

from estimators import cost
from estimators.measuring import frozen, judge
from estimators.measuring import program as probe_program
from estimators.measuring.blocks import draw_gradients
from estimators.measuring.warming import RUNNING
from estimators.specs import ESTIMATORS
from estimators.specs.findings import Refusal
from estimators.specs.probe import Probe


def short(**fields):
    few = {"batches": 8, "draws": 2, "reference_draws": 2, "examples": 10, "warm_up": 5}
    model, data = {"name": "structured_prediction"}, {"name": "digits"}
    return Probe.model_validate({"model": model, "dataset": data} | few | fields)


def test_memory_learns_while_parameters_stand(monkeypatch):
    seen, trainers = [], []
    run = probe_program.Trainer.run
    monkeypatch.setattr(
        probe_program.Trainer, "run", lambda self, *a: (trainers.append(self), run(self, *a))
    )
    monkeypatch.setattr(
        judge,
        "draw_gradients",
        lambda e, at, memory, n: seen.append(memory) or draw_gradients(e, at, memory, n),
    )
    probe_program.run_probe(short(estimators=[{"name": "nvil"}], at=3))
    trajectory, ahead, own = trainers
    assert trajectory.at == 3 and own.at == 8 and ahead.at == 3 + RUNNING
    assert torch.equal(
        own.rows[0, : own.layout.sizes[0]], frozen.flat_gradient(trajectory.of(0)[0])
    )
    assert seen[-1].running["mean0"].abs().max() > 1 and seen[-1].learned["out0.b"].abs().max() > 0


def test_the_trajectory_is_that_of_the_experiment(monkeypatch):
    judged = []
    note = lambda at, *draws: judged.append(at) or judge.ProbeJudge(at, *draws)
    monkeypatch.setattr(probe_program, "ProbeJudge", note)
    spec = short(estimators=[{"name": "half"}], at=4, trained_by={"name": "half"}, seed=2)
    probe_program.run_probe(spec)
    program = probe_program.Program(spec.experiment, {0: probe_program.trajectory_member(spec)}, 1)
    before = program.trainer.of(0)[0]["q0.w"].clone()
    program.trainer.run(4)
    assert torch.equal(judged[0].params["q0.w"], program.trainer.of(0)[0]["q0.w"])
    assert not torch.equal(judged[0].params["q0.w"], before)


def sifted(spec):
    """The names of those that are measured, and the reasons of the others."""
    found = {each.name: probe_program.admit_estimator(spec, each) for each in spec.asked}
    refused = {name: one.reason for name, one in found.items() if isinstance(one, Refusal)}
    return [name for name in found if name not in refused], refused


def test_all_are_measured_or_have_a_reason():
    chosen, refused = sifted(short(model={"name": "sigmoid_belief_net"}))
    assert {*chosen, *refused} == set(ESTIMATORS) and len(chosen) > 20
    assert "gaussian" not in refused["vimco"] and "bernoulli units" in refused["stl"]
    assert "objective" in refused["wake_sleep"]
    few = [{"name": "wake_sleep"}, {"name": "vimco"}]
    named, refused = sifted(short(model={"name": "sigmoid_belief_net"}, estimators=few))
    assert named == ["wake_sleep"] and list(refused) == ["vimco"]


def test_evaluations_are_counted_where_estimators_are_measured():
    report = probe_program.run_probe(
        short(estimators=[{"name": "reinforce_loo"}, {"name": "muprop"}])
    )
    for found in report.found:
        assert 0 < found.seconds.low < found.seconds.high
        assert cost.as_declared(found.declared, cost.Evaluations(found.forward, found.backward))
    assert not report.exact and set(report.found[0].parts) == {
        "all",
        "encoder",
        "decoder",
        "q0",
        "q1",
        "p",
    }


@pytest.mark.parametrize(
    "field, value",
    [
        ("estimators", []),
        ("at", 6_001),
        ("training", {"learning_rate": [0.1, 0.2]}),
        ("trained_by", {"name": "stl"}),
        ("dataset", {"name": "nothing"}),
        ("batches", 2),
        ("precision", "float16"),
        ("sed", 1),
    ],
)
def test_what_does_not_fit_is_refused(field, value):
    with pytest.raises(ValidationError) as raised:
        short(**{field: value})
    (error,) = raised.value.errors()
    assert field in (error["loc"] or error["ctx"]["field"])


def test_a_probe_is_one_text_and_back():
    spec = short(estimators=[{"name": "muprop"}])
    assert Probe.model_validate_json(spec.canonical) == spec
    report = probe_program.run_probe(spec)
    assert type(report).model_validate_json(report.model_dump_json()) == report
