"""Orders that come together: each has what it would have had alone, and nobody waits for more than
a commit."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from sqlalchemy import func, select

from service.shared_writes import SharedWriter
from service.store import bundles, submissions
from service.store.base import session_factory
from service.store.models import Bundle, Event, Job, Key, Run
from service.store.quotas import Quota, QuotaReached
from service.store.submissions import KeyReused, Order
from tests.store.world import plan

SPEC = {"seeds": [1, 2, 3], "steps": 10, "width": 2}


def test_orders_in_one_transaction_are_as_many_jobs(database):
    small, other = plan(SPEC), plan(SPEC | {"steps": 20})
    orders = [
        *(Order("a", small, "key"), Order("a", small, "key"), Order("a", other, "key")),
        *(Order("b", small, "key"), Order("a", small), Order("a", small)),
    ]
    with database.begin() as session:
        first, again, refused, *rest = submissions.submit_jobs(session, orders)
        assert again.id == first.id and isinstance(refused, KeyReused)
        assert len({job.id for job in (first, *rest)}) == 4
    with database.begin() as session:
        (replayed,) = submissions.submit_jobs(session, orders[:1])
        assert replayed.id == first.id
        rows = [session.scalar(select(func.count()).select_from(table)) for table in (Job, Key)]
        assert rows == [4, 2]
        lanes = select(Run.number, Run.seed, Run.lane).where(Run.job_id == rest[-1].id)
        assert [tuple(row) for row in session.execute(lanes.order_by(Run.number))] == [
            *((0, 1, 0), (1, 2, 1), (2, 3, 0))
        ]
        turns = select(Bundle.turn).where(Bundle.owner == "a").order_by(Bundle.id)
        assert session.scalars(turns).all() == [0, 20, 30, 50, 60, 80]
        assert session.scalars(select(Event.number).distinct()).all() == [1]
        assert bundles.claim_bundle(session, "cpu", "w", 30).owner == "a"


def test_who_is_over_the_quota_takes_nobody_along(database):
    with session_factory(database.kw["bind"], quota=Quota(4)).begin() as session:
        over = Order("a", plan(SPEC), "key")
        orders = [Order("a", plan(SPEC)), over, over, Order("b", plan(SPEC))]
        first, refused, again, other = submissions.submit_jobs(session, orders)
        assert isinstance(refused, QuotaReached) and isinstance(again, QuotaReached)
        assert [first.owner, other.owner] == ["a", "b"]
    with database.begin() as session:
        assert session.scalars(select(Job.owner).order_by(Job.id)).all() == ["a", "b"]


@contextmanager
def no_work():
    yield None


def all_at_once(writer, orders):
    """What each order came to, handed in by threads that start together."""
    barrier = Barrier(len(orders))

    def hand_in(order):
        barrier.wait()
        try:
            return writer.hand_in(order)
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(len(orders)) as pool:
        return list(pool.map(hand_in, orders))


def test_what_comes_meanwhile_is_written_together():
    sizes = []

    def act(session, orders):
        sizes.append(len(orders))
        if len(sizes) == 1:
            # the others hand theirs in while the first is written
            while len(writer.waiting) < 7:
                pass
        return [order if order % 2 else ValueError(order) for order in orders]

    writer = SharedWriter(no_work, act)
    assert all_at_once(writer, range(8)) == ["0", 1, "2", 3, "4", 5, "6", 7]
    assert sum(sizes) == 8 and len(sizes) == 2


def test_nobody_fails_for_anothers_sake():
    def act(session, orders):
        if 3 in orders:
            raise ValueError("three")
        return orders

    writer = SharedWriter(no_work, act)
    assert all_at_once(writer, range(6)) == [0, 1, 2, "three", 4, 5]


def test_a_commit_that_fails_is_not_tried_again():
    acts = []

    @contextmanager
    def failing():
        yield None
        raise ValueError("no commit")

    writer = SharedWriter(failing, lambda session, orders: acts.append(len(orders)) or orders)
    assert all_at_once(writer, range(5)) == ["no commit"] * 5
    assert sum(acts) == 5
    with pytest.raises(ValueError, match="no commit"):
        writer.hand_in(5)
