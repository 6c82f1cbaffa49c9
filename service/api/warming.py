"""What a first visitor would wait for, worked out beside requests a moment after the start."""

import gc
import logging
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from itertools import product
from threading import Event, Thread

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from analysis.boards.certified import kept_promises
from analysis.boards.shapes import Axis, Unanswerable
from service import entries, ledgers
from service.leaderboards import listed

from . import openapi
from .leaderboards import board_query, current_board

log = logging.getLogger(__name__)
# Seconds after the start: neither that nor a first request waits.
REST = 2.0
# The newest benchmarks whose boards are computed, and the most runs of one.
BOARDS, RUNS = 8, 10_000
# Objects until young ones are looked through for cycles, and how many such times until old ones.
PATIENCE = (20_000, 10, 10)


def load_statistics() -> None:
    """What a first board would load.

    What is loaded by then stays: the collector of cycles passes over it from now on, and comes
    seldom enough not to run several times while a large board is made.
    """
    import_module("scipy.special")
    kept_promises()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*PATIENCE)


def warm_up(app: FastAPI) -> Iterator[None]:
    """A piece at a time, what is asked for most often first."""
    load_statistics()
    sessions = app.state.readers
    with sessions.begin() as session:
        protocols = entries.newest_protocols(session)
        boards = [one for one in listed.board_list(session)[:BOARDS] if one.runs <= RUNS]
    axes: tuple[Axis, ...] = ("steps", "evals")
    for protocol in protocols:
        with sessions.begin() as session:
            if ledgers.leading_board(session, protocol).rows:
                ledgers.tuned_rates(session, protocol)
        yield
    for board, axis in product(boards, axes):
        with sessions.begin() as session, suppress(Unanswerable):
            current_board(session, board.benchmark_id, board_query(axis=axis))
        yield
    openapi.openapi_document(app)


class Warming(Thread):
    """Goes on until all is done or it is stopped."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(name="warming", daemon=True)
        self.app, self.ended = app, Event()

    def run(self) -> None:
        if self.ended.wait(REST):
            return
        try:
            for _ in warm_up(self.app):
                if self.ended.is_set():
                    return
        except SQLAlchemyError as error:
            # who asks is told what is wrong with the database
            log.info("Nothing was worked out ahead: %s", type(error).__name__)

    def stop(self) -> None:
        """Waits for the piece at hand: it has a connection."""
        self.ended.set()
        self.join()
