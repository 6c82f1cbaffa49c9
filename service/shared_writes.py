"""Who writes at the same time shares a transaction: one commit for all that have come meanwhile."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from threading import Lock
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


class SharedWriter(Generic[Order, Outcome]):
    """Threads hand in orders; whoever's turn it is writes its own and all that wait behind it.

    ``act`` gives the outcome of each order, in a unit of work that ``work`` opens; an outcome that
    is an exception is raised where its order was handed in.  Where the statements for several fail,
    each is tried alone, so that nobody fails for another's sake.
    """

    def __init__(
        self,
        work: Callable[[], AbstractContextManager[Session]],
        act: Callable[[Session, Sequence[Order]], Sequence[Outcome | Exception]],
    ) -> None:
        self.work, self.act, self.turn = work, act, Lock()
        self.waiting: deque[tuple[Order, Future[Outcome]]] = deque()

    def hand_in(self, order: Order) -> Outcome:
        """What became of an order, once that is committed.  Raises what ``act`` gave or raised."""
        mine: Future[Outcome] = Future()
        self.waiting.append((order, mine))
        with self.turn:
            while not mine.done():
                self._write([self.waiting.popleft() for _ in range(min(MOST, len(self.waiting)))])
        return mine.result()

    def _write(self, some: Sequence[tuple[Order, Future[Outcome]]]) -> None:
        acted = False
        try:
            with self.work() as session:
                outcomes = self.act(session, [order for order, _ in some])
                acted = True
        except Exception as error:
            return self._fail(some, error, acted)
        for (_, future), outcome in zip(some, outcomes, strict=True):
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

    def _fail(
        self, some: Sequence[tuple[Order, Future[Outcome]]], error: Exception, acted: bool
    ) -> None:
        """A commit that fails may have come to pass: what it wrote is not written again.  Nor is
        anything where the database is at fault."""
        if acted or len(some) == 1 or isinstance(error, AWAY):
            for _, future in some:
                future.set_exception(error)
            return
        for one in some:
            self._write([one])
