"""Moving averages of gradients: what they come to, and that they are wrong where parameters
move."""

import math

import pytest
import torch
from pydantic import ValidationError

from estimators.core import Memory, estimate_gradient
from estimators.measuring import blocks, frozen
from estimators.measuring import program as probe_program
from estimators.measuring.blocks import encoder_coordinates
from estimators.measuring.moving import moving_variance
from estimators.measuring.warming import frozen_trainer
from estimators.oracle.problems import NETS, make_problem
from estimators.registry import build_estimator
from estimators.specs import ESTIMATORS
from estimators.specs.moving import MovingAverage
from estimators.specs.training import Training
from estimators.training.train import Member, Trainer

from .test_judge import REPEATS, SIZE, find, world
from .test_probe_runs import short

SPEC = MovingAverage(name="ema", decay=0.97, steps=200)
SEEDS = 6


def training(**changes):
    return Training(batch_size=SIZE, **changes)


def member(seed, rate=0.5):
    return Member(seed, {"learning_rate": rate, "momentum": 0.0})


def path(at, by, seed=0, moves=True, **changes):
    """A trainer that stands where the problem's parameters are."""
    trainer = Trainer(
        build_estimator(ESTIMATORS[by]()), at.net, at.batch, [member(seed)], training(**changes)
    )
    trainer.rows[:, : trainer.layout.sizes[0]] = frozen.flat_gradient(at.params)
    if not moves:
        trainer.descent.hold_model()
    return trainer


def averaged(name, at, by, seed=0, moves=True, spec=SPEC, **changes):
    on = path(at, by, seed, moves, **changes)
    return moving_variance(
        build_estimator(ESTIMATORS[name]()), on, member(seed), training(**changes), spec
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["reinforce_loo", "straight_through", "disarm"])
def test_where_nothing_moves_it_is_the_probes_variance(name, monkeypatch):
    """Of a component of the encoder's gradient, low by the squared weights' share."""
    monkeypatch.setattr(blocks, "PIECES", 1)
    probes = torch.tensor(
        [find(name, "vae-1", seed).parts["encoder"].variance.value for seed in range(REPEATS)]
    )
    found = [averaged(name, world("vae-1"), name, seed, moves=False) for seed in range(SEEDS)]
    totals = torch.tensor([one.variance * one.components for one in found])
    share = (1 - SPEC.decay) / (1 + SPEC.decay)
    error = math.hypot(totals.std() / SEEDS**0.5, probes.std() / REPEATS**0.5)
    assert error < 0.1 * probes.mean()
    assert abs(totals.mean() / (1 - share) - probes.mean()) < 4.8 * error + share * probes.mean()


def test_where_parameters_move_drift_passes_for_variance():
    """An exact gradient of the whole data has none."""
    at, early = (
        make_problem(NETS["vae-1"], size=SIZE),
        MovingAverage(name="ema", decay=0.98, steps=30),
    )
    assert abs(averaged("exact", at, "exact", moves=False, spec=early).variance) < 1e-15
    assert averaged("exact", at, "exact", spec=early).variance > 1e-4


def test_the_figure_is_the_weighted_variance_of_the_gradients_on_the_way():
    at, spec = world("vae-1"), MovingAverage(name="ema", decay=0.7, steps=6)
    on, estimator, rows = path(at, "reinforce_loo"), build_estimator(ESTIMATORS["half"]()), []
    own = path(at, "half")
    for t in range(spec.steps):
        batch, u = own.step_inputs(t)
        params, _ = on.of(0)
        first = ({k: v[0] for k, v in batch.items()}, [v[0] for v in u])
        rows.append(
            frozen.flat_gradient(
                estimate_gradient(estimator, at.net, params, Memory(), *first).params
            )
        )
        on.step()
    weights = torch.tensor([0.7**k for k in reversed(range(spec.steps))], dtype=torch.float64)
    g, w = torch.stack(rows), (weights / weights.sum())[:, None]
    want = ((w * g.square()).sum(0) - (w * g).sum(0).square())[
        encoder_coordinates(at.params)
    ].mean()
    found = averaged("half", at, "reinforce_loo", spec=spec)
    assert math.isclose(found.variance, want, rel_tol=1e-9) and found.components == 4 * 3 + 3


def test_a_sum_over_the_minibatch_comes_to_the_same():
    """Divided by the square of the minibatch's size."""
    spec = MovingAverage(name="ema", decay=0.9, steps=20)
    mean, total = (
        averaged(
            "half", world("vae-1"), "half", moves=False, spec=spec, reduction=reduction
        ).variance
        for reduction in ("mean", "sum")
    )
    assert math.isclose(mean, total, rel_tol=1e-9)


def test_without_an_encoder_all_components_count():
    assert encoder_coordinates({"p0.w": torch.ones(2, 2), "p0.b": torch.ones(2)}).all()
    assert (
        encoder_coordinates({"q0.w": torch.ones(2), "p.w": torch.ones(3)}).tolist()
        == [True] * 2 + [False] * 3
    )


def test_memory_learns_before_and_on_the_way():
    """A baseline that is there from the first step on: less is counted as variance."""
    at, short_term = world("vae-1"), MovingAverage(name="ema", decay=0.9, steps=5)
    estimator = build_estimator(ESTIMATORS["reinforce"](signal={"centre": True}))
    begun = frozen_trainer(estimator, path(at, "half"), 0, member(0), training())
    begun.run(100)
    cold, warm = (
        moving_variance(
            estimator, path(at, "half", moves=False), member(0), training(), short_term, memory
        ).variance
        for memory in (None, begun.of(0)[1])
    )
    assert warm < 0.7 * cold


def test_a_number_that_is_none_is_null():
    at = world("vae-1")
    on = path(at, "half")
    on.rows[:] = torch.nan
    assert (
        moving_variance(
            build_estimator(ESTIMATORS["half"]()), on, member(0), training(), SPEC
        ).variance
        is None
    )


def test_a_probe_says_it_beside_its_own():
    """And finds nothing else than without it."""
    asked = {"estimators": [{"name": "half"}, {"name": "nvil"}], "at": 3}
    with_it = probe_program.run_probe(short(**asked, paper_mode={"name": "ema", "steps": 30}))
    without = probe_program.run_probe(short(**asked))
    for one, other in zip(with_it.found, without.found, strict=True):
        assert one.moving.variance > 0 and one.moving.components == 32 * 64 + 64 + 64 * 64 + 64
        assert one.parts == other.parts and other.moving is None


def test_it_ends_with_the_training():
    with pytest.raises(ValidationError, match="Training ends at step 6000") as raised:
        short(at=5_000, paper_mode={"name": "ema", "steps": 1_001})
    (error,) = raised.value.errors()
    assert (
        error["ctx"]["field"] == "/paper_mode/steps" and "1000 steps at most" in error["ctx"]["fix"]
    )
    assert (
        short(at=5_000, paper_mode={"name": "ema", "steps": 1_000}).effort == short().effort + 2_000
    )
    with pytest.raises(ValidationError, match="name"):
        short(paper_mode={"steps": 10})
