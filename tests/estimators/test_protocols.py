"""Protocols: declared before any run, never changed under one version, alike for every entry."""

import pytest
from pydantic import ValidationError

from estimators.specs.control_variates import MuProp
from estimators.specs.pathwise import Half
from estimators.specs.protocols import Protocol, official_protocols, shipped_digests
from estimators.specs.score_function import ReinforceLOO

ABOUT = {
    "name": "small",
    "version": 1,
    "title": "A small one.",
    "model": {"name": "toy"},
    "dataset": {"name": "nothing"},
    "budgets": {"steps": 20},
    "batch_size": 10,
    "optimizer": {"name": "sgd", "momentum": 0.0},
    "evaluation": {"every": 10},
    "tuning": {"learning_rates": [1.0, 10.0], "seeds": [100, 101]},
    "seeds": list(range(20)),
}


def test_what_was_shipped_never_changes_under_its_version():
    """Whoever must change one writes a new version, and its digest beside the old."""
    assert {id: one.digest for id, one in official_protocols().items()} == shipped_digests()


def test_official_ones_come_at_three_sizes():
    names = {one.name for one in official_protocols().values()}
    assert {"toy", "digits-belief-net-2", "rodeo-omniglot"} <= names
    assert sum(name.startswith("digits-") for name in names) == 6


@pytest.mark.parametrize("id", sorted(shipped_digests()))
def test_an_official_one_has_entrants_that_share_its_benchmark(id):
    protocol = official_protocols()[id]
    some = protocol.entrants()
    confirmed = [protocol.confirmation_experiment(one, 0.01) for one in some[:3]]
    assert len(some) > 5
    assert {one.benchmark_id for one in confirmed} == {protocol.benchmark_id}
    assert not {one.seeds for one in confirmed} & {protocol.tuning.seeds}


def test_tuning_tries_every_rate_on_every_tuning_seed_and_confirmation_the_chosen_one():
    protocol = Protocol.model_validate(ABOUT)
    tuned = protocol.tuning_experiment(MuProp())
    assert sorted(tuned.runs, key=str) == sorted(
        [
            (seed, {"learning_rate": rate, "momentum": 0.0})
            for seed in (100, 101)
            for rate in (1, 10)
        ],
        key=str,
    )
    confirmed = protocol.confirmation_experiment(MuProp(), 10.0)
    assert [seed for seed, _ in confirmed.runs] == list(range(20))
    assert tuned.benchmark_id == confirmed.benchmark_id and tuned.cell_id == confirmed.cell_id


@pytest.mark.parametrize(
    "change, reason",
    [
        ({"seeds": [*range(19), 100]}, "in tuning and in confirmation"),
        ({"seeds": list(range(19))}, "wants 20 seeds at least"),
        ({"seeds": list(range(9)), "entries": 7}, "wants 10 seeds at least"),
        ({"seeds": list(range(10)), "entries": 8}, "wants 20 seeds at least"),
        ({"optimizer": {"name": "sgd", "momentum": [0.0, 0.9]}}, "rates alone are tuned"),
        ({"dataset": {"name": "digits"}}, "no estimator serves"),
        ({"name": "Two Words"}, "pattern"),
        ({"version": 0}, "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_judged_by_is_refused(change, reason):
    with pytest.raises(ValidationError, match=reason):
        Protocol.model_validate(ABOUT | change)


def test_ten_seeds_do_for_seven_entries():
    Protocol.model_validate(ABOUT | {"seeds": list(range(10)), "entries": 7})


def test_a_protocol_is_immutable_and_its_digest_is_of_all_that_it_says():
    protocol = Protocol.model_validate(ABOUT)
    with pytest.raises(ValidationError, match="frozen"):
        protocol.version = 2
    changed = {
        Protocol.model_validate(ABOUT | more).digest
        for more in ({}, {"version": 2}, {"looks": 2}, {"seeds": list(range(1, 21))})
    }
    assert len(changed) == 4


def test_who_does_not_serve_is_not_among_the_entrants():
    model = {"name": "gaussian_vae"}
    gaussian = Protocol.model_validate(ABOUT | {"model": model, "dataset": {"name": "digits"}})
    assert not gaussian.serves(Half())
    assert Protocol.model_validate(ABOUT).serves(ReinforceLOO())
