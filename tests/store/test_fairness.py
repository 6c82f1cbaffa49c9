"""Long work gives way to what waits for others."""

import pytest

from service.store import bundles, jobs
from service.store.base import session_factory
from service.store.fairness import give_way, others_wait
from service.store.states import Ending
from tests.store.world import plan


@pytest.fixture
def store(engine):
    return session_factory(engine)


def submit(store, owner, **more):
    with store.begin() as session:
        return jobs.submit_job(session, owner, plan({"seeds": [1], "steps": 10} | more)).id


def claim(store, worker="w", **more):
    with store.begin() as session:
        return bundles.claim_bundle(session, "cpu", worker, 30, **more)


def gives_way(store, bundle, **more):
    with store.begin() as session:
        return others_wait(session, bundle.id, **more)


def test_a_long_job_goes_behind_what_waits(store):
    long = submit(store, "ada", steps=10**8)
    mine = claim(store)
    assert not gives_way(store, mine)
    submit(store, "ada")
    assert not gives_way(store, mine), "its own owner's work waits"
    quick = submit(store, "eve")
    assert gives_way(store, mine)
    with store.begin() as session:
        give_way(session, mine.id, mine.attempt)
        bundles.end_attempt(session, mine.id, mine.attempt, Ending.RELEASED)
    order = [claim(store).job_id for _ in range(3)]
    assert order.index(quick) < order.index(long)


def test_who_matters_less_waits(store):
    submit(store, "ada", priority=1)
    mine = claim(store)
    submit(store, "eve", priority=0)
    assert not gives_way(store, mine)
    submit(store, "eve", priority=2)
    assert gives_way(store, mine)


def test_one_gives_way_and_not_all(store):
    for owner in ("ada", "bob"):
        submit(store, owner, steps=10**8)
    first, second = claim(store, "w"), claim(store, "v")
    submit(store, "eve")
    assert [gives_way(store, one) for one in (first, second)] == [True, False]


def test_an_attempt_that_is_fenced_gives_no_way(store):
    submit(store, "ada")
    mine = claim(store)
    with store.begin() as session, pytest.raises(bundles.Fenced):
        give_way(session, mine.id, mine.attempt + 1)


def test_work_on_data_that_a_worker_lacks_is_left_to_others(store):
    """And holds up nothing behind it."""
    far = submit(store, "ada", dataset={"name": "mnist"}, priority=1)
    near = submit(store, "ada", dataset={"name": "digits"})
    here = claim(store, missing_data=["mnist", "tfd"])
    assert here.job_id == near
    assert claim(store, missing_data=["mnist"]) is None
    submit(store, "eve", dataset={"name": "mnist"}, priority=2)
    assert not gives_way(store, here, missing_data=["mnist"]) and gives_way(store, here)
    assert claim(store, missing_data=["digits"]).priority == 2
    assert claim(store).job_id == far
