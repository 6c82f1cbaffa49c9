"""Estimators measured beside a run that they do not train."""

import math

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from estimators import noise
from estimators.core import Memory
from estimators.experiment import Program
from estimators.measuring import blocks
from estimators.measuring.warming import warm_memory
from estimators.registry import build_estimator
from estimators.specs import ESTIMATORS
from estimators.specs.series import series_names
from estimators.specs.series_labels import series_label

from .test_experiment import SMALL, joined, members, same, spec, trained

pytestmark = pytest.mark.xdist_group("shadows")
OTHERS = (
    {"name": "reinforce_loo", "draws": 2},
    {"name": "reinforce_loo", "draws": 3},
    {"name": "nvil"},
    {"name": "rebar"},
)
LABELS = ("reinforce_loo_draws_2", "reinforce_loo_draws_3", "nvil", "rebar")
FIGURES = ("variance", "log_ratio", "bias", "bias_error", "cosine")


def shadowed(**changes):
    wanted = SMALL["measurement"] | {"steps": [10, 17], "warm_up": 5, "shadows": OTHERS} | changes
    evaluation = SMALL["evaluation"] | {"samples": [3, 5], "active_units": True}
    return spec(measurement=wanted, evaluation=evaluation)


@pytest.fixture(scope="module")
def whole():
    return trained(shadowed())[0]


def test_shadows_change_no_other_series(whole):
    plain, _ = trained(shadowed(shadows=()))
    for lane, own in whole.items():
        shadows = {name for name in own if name.startswith("shadow/")}
        assert shadows == {f"shadow/{label}/{figure}" for label in LABELS for figure in FIGURES}
        same({name: own[name] for name in own if name not in shadows}, plain[lane])
        assert all(own[name][0].tolist() == [10, 17] for name in shadows)


def test_the_list_of_series_has_every_series_of_a_run_and_no_other(whole):
    named = {name for label in LABELS for name in series_names(label)}
    listed = {name.replace("SAMPLES", "5").replace("LAYER", "0") for name in named}
    assert all(series.keys() == listed for series in whole.values())


def test_a_resumed_run_has_the_same_shadows(whole):
    resumed, _ = trained(shadowed(), stop=10)
    for lane in whole:
        same(resumed[lane], whole[lane])


def test_a_shadow_is_measured_as_the_measure_is(whole):
    """On the same examples, noise and reference: leave-one-out with two draws is the measure."""
    for own in whole.values():
        np.testing.assert_array_equal(
            own["shadow/reinforce_loo_draws_2/variance"][1], own["gradient/variance_loo2"][1]
        )
        assert not own["shadow/reinforce_loo_draws_2/log_ratio"][1].any()


def test_a_run_without_memory_is_its_own_shadow():
    some = spec(
        estimator={"name": "half"},
        measurement=SMALL["measurement"] | {"steps": [10], "shadows": [{"name": "half"}]},
    )
    program = Program(some, members(some), 3)
    series = joined([program.run_to(10)])
    for own in series.values():
        for figure in FIGURES:
            np.testing.assert_array_equal(
                own[f"shadow/half/{figure}"][1], own[f"gradient/{figure}"][1]
            )


def test_figures_are_those_of_repeated_gradients_where_the_run_stands(whole):
    """Written out again: parameters of lane 1 at step 10, its examples, a memory that learned
    there."""
    some = shadowed()
    program = Program(some, members(some), 3)
    program.trainer.run(10)
    params, _ = program.trainer.of(1)
    memory = warm_memory(
        build_estimator(ESTIMATORS["nvil"]()),
        program.trainer,
        1,
        members(some)[1],
        some.training,
        5,
    )
    index = noise.frozen_rows(4, 4, len(program.splits[0]["x"]))
    batch = {k: v[index][None] for k, v in program.splits[0].items()}
    at = blocks.Point(program.trainer.net, params, batch, 4)
    plain = Memory(
        memory.learned, {k: v * 0 + 1 if k[:3] == "var" else v for k, v in memory.running.items()}
    )
    within = (
        blocks.draw_gradients(build_estimator(ESTIMATORS["nvil"]()), at, plain, 20)
        .within.sum()
        .item()
    )
    assert math.isclose(whole[1]["shadow/nvil/variance"][1][0], within, rel_tol=1e-5)


def test_warming_moves_nothing_but_memory():
    some = spec(estimator={"name": "half"})
    program = Program(some, members(some), 3)
    program.trainer.run(10)
    before = program.state()
    estimator = build_estimator(ESTIMATORS["nvil"]())
    memory = warm_memory(estimator, program.trainer, 2, members(some)[2], some.training, 30)
    for name, value in program.state().items():
        np.testing.assert_array_equal(value, before[name], err_msg=name)
    fresh = warm_memory(estimator, program.trainer, 2, members(some)[2], some.training, 0)
    assert fresh.running["mean0"].abs().max() == 0 < memory.running["mean0"].abs().max()
    assert not torch.equal(fresh.learned["out0.b"], memory.learned["out0.b"])


def test_measurement_is_no_part_of_a_benchmark():
    measured = shadowed()
    plain = spec(evaluation=measured.model_dump()["evaluation"])
    assert measured.benchmark_id == plain.benchmark_id and measured.digest != plain.digest
    assert measured.cell_id == plain.cell_id


@pytest.mark.parametrize(
    "change, field, words",
    [
        (
            {"shadows": [{"name": "half"}, {"name": "stl"}]},
            "/measurement/shadows/1",
            "gaussian|bernoulli",
        ),
        ({"shadows": [{"name": "half"}, {"name": "half"}]}, "/measurement/shadows", "twice"),
        ({"steps": []}, "/measurement/steps", "no step"),
    ],
)
def test_what_cannot_be_a_shadow_is_refused(change, field, words):
    with pytest.raises(ValidationError, match=words) as raised:
        shadowed(**change)
    (error,) = raised.value.errors()
    assert error["ctx"]["field"] == field and error["ctx"]["fix"]


def test_names_tell_settings_apart():
    every = [cls.model_validate(c) for cls in ESTIMATORS.values() for c in ({}, *cls.certified)]
    names = {series_label(each): each for each in every}
    assert all(names[series_label(each)] == each for each in every)
    assert all(name in names for name in ESTIMATORS)
    assert (
        series_label(ESTIMATORS["gumbel_softmax"](temperature=0.3))
        == "gumbel_softmax_temperature_0.3"
    )
    assert series_label(ESTIMATORS["muprop"](signal={"normalise": True})) == (
        "muprop_signal_centre_false_signal_normalise_true"
    )


def test_settings_that_specs_leave_out_at_their_defaults_are_told_when_they_differ():
    for cls in ESTIMATORS.values():
        specs = {(one := cls.model_validate(chosen)).canonical: one for chosen in cls.certified}
        assert len({series_label(one) for one in specs.values()}) == len(specs)
