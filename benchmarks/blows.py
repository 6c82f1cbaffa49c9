"""A fleet of real processes, and what may be done to it."""

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import psutil
from sqlalchemy import func, select

from service.store.base import Sessions, database_time, open_engine, session_factory
from service.store.models import Attempt, Base, Bundle, Run
from service.store.states import LIVE, BundleState
from tests.servers import Postgres, Valkey
from tests.workers.fleet import Fleet, submit, toy

WORKERS = ("w0", "w1", "w2")
# seconds: a silent worker keeps its work; a runner that stands still is ended
LEASE, STALL = 5.0, 30.0
# seconds without a step or an end, of any run, after which a calm fleet counts as stuck
STUCK = 600.0
# jobs that are always under way or waiting
JOBS = 4


class Blow(NamedTuple):
    """What was hit, and which attempt was held there, at what time of the database."""

    kind: str
    at: float
    bundle: UUID | None = None
    attempt: int = 0


class Chaos:
    """A fleet, and the means to hurt it."""

    def __init__(self, folder: Path, server: Postgres | None, rng: random.Random) -> None:
        self.folder, self.server, self.rng = folder, server, rng
        self.broker = Valkey(folder / "valkey")
        url = server.url if server else f"sqlite:///{folder}/arena.db"
        self.engine = open_engine(url)
        Base.metadata.drop_all(self.engine)
        Base.metadata.create_all(self.engine)
        self.database: Sessions = session_factory(self.engine)
        self.fleet = Fleet(folder, url, self.broker.url, self.database)
        self.fleet.environment |= {"GRADARENA_STALL": str(STALL), "GRADARENA_LEASE": str(LEASE)}
        self.blows: list[Blow] = []
        self.jobs: dict[UUID, Any] = {}
        # the worker whose runner was hit last
        self.hit = 0
        for name in ("dispatcher", *WORKERS):
            self.fleet.start(name)

    def hurt(self) -> None:
        """One blow."""
        kinds: dict[str, Callable[[], Blow | None]] = {
            "worker": self.kill_worker,
            "runner": lambda: self.hit_runner(signal.SIGKILL, "runner"),
            "frozen": lambda: self.hit_runner(signal.SIGSTOP, "frozen"),
            "orphan": self.freeze_orphan,
            "dispatcher": self.kill_dispatcher,
            "broker": self.kill_broker,
            "database": self.crash_database,
            "flip": self.flip_bit,
            "store": self.take_store_away,
        }
        weights = [4, 6, 1, 1, 1, 1, 1, 1, 1]
        [kind] = self.rng.choices(list(kinds), weights)
        if blow := kinds[kind]():
            self.blows.append(blow)

    def blow(self, kind: str, pid: int | None = None) -> Blow:
        """As it is noted, with what the worker of this process holds."""
        with self.database.begin() as session:
            held = session.execute(
                select(Bundle.id, Bundle.attempt)
                .join(
                    Attempt, (Attempt.bundle_id == Bundle.id) & (Attempt.number == Bundle.attempt)
                )
                .where(Bundle.state == BundleState.RUNNING, Attempt.worker.like(f"%:{pid}"))
            ).first()
            at = session.scalar(select(database_time()))
        return Blow(kind, at or 0.0, *(held or ()))

    def kill_worker(self) -> Blow | None:
        """One that is up: who still starts has nothing to lose, and would never come to work."""
        up = self.fleet.heard()
        if not (names := [name for name in WORKERS if self.fleet.processes[name].pid in up]):
            return None
        blow = self.blow("worker", self.fleet.processes[name := self.rng.choice(names)].pid)
        self.restart(name)
        return blow

    def restart(self, name: str) -> None:
        """A process of ours dies, and comes again."""
        self.fleet.kill(name)
        self.fleet.processes[name].wait()
        self.fleet.start(name)

    def hit_runner(self, number: signal.Signals, kind: str) -> Blow | None:
        pids = [self.fleet.processes[name].pid for name in WORKERS]
        runners = {pid: psutil.Process(pid).children() for pid in pids}
        if not (busy := [pid for pid in pids if runners[pid]]):
            return None
        self.hit = pid = self.rng.choice(busy)
        blow = self.blow(kind, pid)
        os.kill(runners[pid][0].pid, number)
        return blow

    def freeze_orphan(self) -> Blow | None:
        """A runner is stopped, wherever it is, and then its worker dies."""
        if blow := self.hit_runner(signal.SIGSTOP, "orphan"):
            pids = {process.pid: name for name, process in self.fleet.processes.items()}
            self.restart(pids[self.hit])
        return blow

    def kill_dispatcher(self) -> Blow:
        self.restart("dispatcher")
        return self.blow("dispatcher")

    def kill_broker(self) -> Blow:
        self.broker.kill()
        self.broker.start()
        return self.blow("broker")

    def crash_database(self) -> Blow | None:
        if self.server is None:
            return None
        self.server.restart()
        return self.blow("database")

    def flip_bit(self) -> Blow | None:
        """In the newest checkpoint of some bundle."""
        with self.database.begin() as session:
            names = session.scalars(
                select(Bundle.checkpoint).where(
                    Bundle.state != BundleState.CLOSED, Bundle.checkpoint.is_not(None)
                )
            ).all()
        path = self.folder / "artifacts" / self.rng.choice(names) if names else None
        if path is None or not path.exists():
            return None
        content = bytearray(path.read_bytes())
        content[self.rng.randrange(len(content))] ^= 1
        path.write_bytes(content)
        return self.blow("flip")

    def take_store_away(self) -> Blow | None:
        """As a disk that is full or gone: nothing can be written for two seconds."""
        store, aside = self.folder / "artifacts", self.folder / "aside"
        if not store.exists():
            return None
        store.rename(aside)
        store.write_text("in the way")
        time.sleep(2)
        store.unlink()
        aside.rename(store)
        return self.blow("store")

    def refill(self) -> None:
        """Jobs come until so many have not ended."""
        with self.database.begin() as session:
            living = session.scalars(select(Run.job_id).where(Run.state == LIVE).distinct()).all()
        for _ in range(JOBS - len(living)):
            number = len(self.jobs)
            spec = toy(400, 20, seeds=(number, number + 10_000))
            self.jobs[submit(self.database, spec)] = spec

    def progress(self) -> tuple[int, int]:
        """How many runs have not ended, and the steps of all programs."""
        with self.database.begin() as session:
            living = session.scalar(select(func.count()).where(Run.state == LIVE)) or 0
            return living, session.scalar(select(func.sum(Bundle.progress))) or 0

    def await_end(self) -> float:
        """Until no run lives, or none has moved for long; seconds."""
        began = moved = time.monotonic()
        before = self.progress()
        while before[0] and time.monotonic() - moved < STUCK:
            time.sleep(0.5)
            if (now := self.progress()) != before:
                before, moved = now, time.monotonic()
        return time.monotonic() - began

    def stop(self) -> None:
        for process in self.fleet.processes.values():
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
            process.wait()
        self.broker.stop()
        self.engine.dispose()
