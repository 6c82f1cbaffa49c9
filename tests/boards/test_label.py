"""Names come from specs."""

import pytest

from analysis.records.labels import Declared, Published, declared_promise, estimator_label

from .world import definition, experiment


@pytest.mark.parametrize(
    "name, settings, wanted",
    [
        ("muprop", {}, "muprop"),
        ("muprop", {"signal": {"centre": True, "normalise": True}}, "muprop, centre + normalise"),
        ("muprop", {"signal": {}}, "muprop, plain signal"),
        ("nvil", {"signal": {"input_dependent": 20}}, "nvil, input dependent 20"),
        ("reinforce_loo", {"draws": 8}, "reinforce_loo, draws 8"),
        ("muprop", {"tuning_rate": 2.5, "signal": {}}, "muprop, tuning rate 2.5, plain signal"),
    ],
)
def test_a_label_is_the_name_and_what_differs_from_the_defaults(name, settings, wanted):
    assert estimator_label(experiment(name, **settings).estimator.model_dump(mode="json")) == wanted


def test_a_plug_in_is_told_in_full():
    assert (
        estimator_label({"name": "theirs:best", "heat": 0.5, "warm": False})
        == "theirs:best, heat 0.5, no warm"
    )
    assert declared_promise({"name": "theirs:best"}, definition()) is None


def test_a_published_plug_in_is_told_by_what_differs_and_declares_for_its_defaults():
    known = {
        "theirs:best": Published(unbiased_for="all", objective="single", defaults={"heat": 1.0})
    }
    plain, hot = ({"name": "theirs:best", "heat": heat} for heat in (1.0, 2.0))
    assert (estimator_label(plain, known), estimator_label(hot, known)) == (
        "theirs:best",
        "theirs:best, heat 2",
    )
    assert declared_promise(plain, definition(), known) == Declared(
        unbiased_for="all", objective="single"
    )
    assert declared_promise(hot, definition(), known) is None


def test_the_declaration_is_the_specs_on_this_model():
    plain, scaled = experiment("muprop"), experiment("muprop", signal={"normalise": True})
    found = [
        declared_promise(e.estimator.model_dump(mode="json"), definition()) for e in (plain, scaled)
    ]
    assert [(d.unbiased_for, d.forward, d.backward) for d in found if d] == [
        ("all", 2, 2),
        ("none", 2, 2),
    ]
