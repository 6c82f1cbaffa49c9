"""Who writes at the same time shares a transaction: one commit for all that have come meanwhile."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from itertools import islice
from threading import Event, Lock
from typing import Generic, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

Order = TypeVar("Order")
Outcome = TypeVar("Outcome")
# what a database raises that is away, or does not come to it
AWAY = (InterfaceError, OperationalError, PoolTimeout)
# orders in one transaction, at most
MOST = 64


class Waiting(Generic[Order, Outcome]):
    """An order that was handed in; ``ready`` once it is settled, or its thread is to write."""

    def __init__(self, order: Order) -> None:
        self.order, self.ready = order, Event()
        self.outcome: Future[Outcome] = Future()


class SharedWriter(Generic[Order, Outcome]):
    """Threads hand in orders; one of them writes its own and all that wait behind it, and then has
    the next write.

    ``act`` gives the outcome of each order, in a unit of work that ``work`` opens; an outcome that
    is an exception is raised where its order was handed in.  Where the statements for several fail,
    each is tried alone, so that nobody fails for another's sake.
    """

    def __init__(
        self,
        work: Callable[[], AbstractContextManager[Session]],
        act: Callable[[Session, Sequence[Order]], Sequence[Outcome | Exception]],
    ) -> None:
        self.work, self.act, self.guard, self.writing = work, act, Lock(), False
        self.waiting: deque[Waiting[Order, Outcome]] = deque()

    def hand_in(self, order: Order) -> Outcome:
        """What became of an order, once that is committed.  Raises what ``act`` gave or raised."""
        mine: Waiting[Order, Outcome] = Waiting(order)
        with self.guard:
            self.waiting.append(mine)
            writes, self.writing = not self.writing, True
        if not writes:
            mine.ready.wait()
        if not mine.outcome.done():
            self._take_turn()
        return mine.outcome.result()

    def _take_turn(self) -> None:
        """Writes what waits, and has whoever came first meanwhile write next."""
        with self.guard:
            some = [self.waiting.popleft() for _ in range(min(MOST, len(self.waiting)))]
        try:
            self._write(some)
        finally:
            with self.guard:
                self.writing = bool(self.waiting)
                woken = [*islice(self.waiting, 1), *some]
            for one in woken:
                one.ready.set()

    def _write(self, some: Sequence[Waiting[Order, Outcome]]) -> None:
        acted = False
        try:
            with self.work() as session:
                outcomes = self.act(session, [one.order for one in some])
                acted = True
        except Exception as error:
            return self._fail(some, error, acted)
        for one, outcome in zip(some, outcomes, strict=True):
            if isinstance(outcome, Exception):
                one.outcome.set_exception(outcome)
            else:
                one.outcome.set_result(outcome)

    def _fail(self, some: Sequence[Waiting[Order, Outcome]], error: Exception, acted: bool) -> None:
        """A commit that fails may have come to pass: what it wrote is not written again.  Nor is
        anything where the database is at fault."""
        if acted or len(some) == 1 or isinstance(error, AWAY):
            for one in some:
                one.outcome.set_exception(error)
            return
        for one in some:
            self._write([one])
