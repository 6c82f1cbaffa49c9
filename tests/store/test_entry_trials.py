"""What an entry may try of its own, in as many trials as its protocol grants."""

import pytest

from estimators.specs.protocols import Protocol
from service import errors
from service.entries import parse_entry
from service.entry_trials import entry_trials, laid_over
from tests.estimators.test_protocols import ABOUT

PROTOCOL = Protocol.model_validate(ABOUT)


def trials(tuning, **estimator):
    """No session: plug-ins alone are looked up."""
    whole = {"estimator": {"name": "reinforce_loo"} | estimator, "tuning": tuning}
    body = parse_entry(whole)
    return entry_trials(None, PROTOCOL, body.estimator, body.tuning)


@pytest.mark.parametrize(
    "tuning, said",
    [
        ({"settings": [{}, {"draws": 2}]}, "/tuning: 2 settings at 2 learning rates are 4 trials"),
        ({"learning_rates": [2.0]}, "/tuning/learning_rates/0: 2 is none of the learning rates"),
        ({"learning_rates": [1.0, 1.0]}, "/tuning/learning_rates/1: 1 stands there twice"),
        ({"settings": [{"name": "half"}]}, "/tuning/settings/0/name: A setting is of"),
        ({"settings": [{"drawz": 1}]}, "/tuning/settings/0/drawz: There is no field drawz"),
        ({"settings": [{"draws": 0}]}, "/tuning/settings/0/draws: Input should be greater"),
        ({"settings": [{}, {"draws": 4}]}, "/tuning/settings/1: It comes to the same as setting 0"),
        ({"rates": [1.0]}, "/tuning/rates: There is no field rates"),
        ({"learning_rates": [1.0], "settings": [{"draws": n} for n in (2, 3, 4)]}, "/tuning: 3"),
    ],
)
def test_what_cannot_be_tried_is_refused_where_it_stands(tuning, said):
    with pytest.raises((errors.Refused, errors.Invalid)) as refused:
        trials(tuning)
    assert str(refused.value).startswith(said)


def test_a_refusal_says_how_many_would_do():
    with pytest.raises(errors.Refused) as refused:
        trials({"settings": [{}, {"draws": 2}]})
    [fault] = refused.value.faults
    assert fault.fix == "With 2 settings name 1 of its learning rates at most."


def test_an_estimator_that_does_not_serve_is_refused_where_it_stands():
    with pytest.raises(errors.Refused, match="^/estimator: vimco"):
        trials({}, name="vimco")


def test_all_rates_at_the_estimator_as_it_stands_are_what_nobody_changes():
    plain, named = trials({}), trials({"learning_rates": [1.0, 10.0], "settings": [{}]})
    assert plain == named and plain.learning_rates == (1.0, 10.0)
    assert plain.cell_id == PROTOCOL.tuning_experiment(plain.estimators[0]).cell_id
    fewer = trials({"learning_rates": [10.0]})
    assert fewer.cell_id == plain.cell_id and len(fewer.experiments[0].runs) == 2


def test_settings_are_laid_over_part_by_part():
    below = {"draws": 2, "signal": {"centre": True, "decay": 0.9}}
    assert laid_over(below, {"signal": {"centre": False}}) == {
        "draws": 2,
        "signal": {"centre": False, "decay": 0.9},
    }
