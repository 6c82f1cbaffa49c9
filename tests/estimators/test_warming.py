"""Memory settles before it is measured: by a criterion, with a cap, and told."""

from functools import cache

import torch

from estimators.measuring import program as probe_program
from estimators.measuring import warming
from estimators.measuring.blocks import Point, frozen_minibatches
from estimators.registry import build_estimator
from estimators.specs import ESTIMATORS
from estimators.specs.findings import WarmUp
from tests.estimators.test_probe_runs import short

SPEC = short(model={"name": "toy"}, dataset={"name": "nothing"}, estimators=[{"name": "half"}])


@cache
def begun(at):
    """(trainer, point) of the trajectory after some steps; nothing here moves them."""
    program = probe_program.trajectory_program(SPEC)
    program.trainer.run(at)
    batches = frozen_minibatches(program.splits[0], 1, 8, 10)
    return program.trainer, Point(program.trainer.net, program.trainer.of(0)[0], batches, 1)


def settled(name, most, at=0, moments=None, monkeypatch=None, **settings):
    """Memory and report; with ``moments``, those are what looks see, one after the other."""
    trainer, point = begun(at)
    if moments:
        looks = iter(moments)
        monkeypatch.setattr(warming, "second_moment", lambda *where: next(looks))
    estimator = build_estimator(ESTIMATORS[name](**settings))
    member = probe_program.trajectory_member(SPEC)
    return warming.settled_memory(estimator, trainer, member, SPEC.training, point, most)


def test_it_goes_on_while_twice_the_steps_still_change_something(monkeypatch):
    told = settled("double_cv", 5_000, 0, [9.0, 4.0, 3.0, 2.99, 2.98], monkeypatch)[1]
    assert (told.steps, told.settled) == (800, True) and abs(told.change) < 0.01


def test_a_flat_stretch_before_a_fall_is_not_called_settled(monkeypatch):
    """Changes by 1% at most have to come twice in a row."""
    falls_later = [9.0, 4.0, 3.99, 3.0, 2.99, 2.98]
    told = settled("double_cv", 5_000, 0, falls_later, monkeypatch)[1]
    assert (told.steps, told.settled) == (1_600, True)


def test_what_the_cap_ends_is_not_called_settled(monkeypatch):
    """Not even where the last stretch, shorter than the steps before it, changed little."""
    told = settled("double_cv", 250, 0, [9.0, 4.0, 4.0, 4.0], monkeypatch)[1]
    assert (told.steps, told.settled) == (250, False)
    told = settled("double_cv", 200, 0, [9.0, 4.0, 5.0], monkeypatch)[1]
    assert (told.steps, told.settled, told.change) == (200, False, 0.25)


def test_what_was_reached_is_told():
    memory, told = settled("rebar", 100, temperature=0.3)
    assert set(told.reached) == {"eta", "temperature"} and told.criterion > 0
    assert told.reached["temperature"] == (memory.learned["log_temperature"].exp().item(),)
    assert told.reached["temperature"] != (torch.tensor(0.3).item(),)


def test_a_schedule_stands_where_the_trajectory_does():
    """And what learns nothing takes no step."""
    memory, told = settled("slope_annealed", 100, at=7)
    assert memory.running["step"].item() == 7 and told == WarmUp(steps=0)
    assert settled("half", 100)[1] == WarmUp(steps=0)


def test_what_runs_is_ahead_of_what_is_learned():
    """So that a baseline starts from a centred signal: its network has no mean to follow."""
    trainer, point = begun(0)
    estimator = build_estimator(ESTIMATORS["nvil"]())
    member = probe_program.trajectory_member(SPEC)
    twin = warming.learning_trainer(estimator, trainer, member, SPEC.training)
    learned, running = twin.of(0)[1]
    assert twin.at == trainer.at and not learned["out0.w"].any()
    assert running["mean0"].item() != 0
