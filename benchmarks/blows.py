"""A fleet of real processes, and what may be done to it."""

import random
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import psutil
from sqlalchemy import func, select

from service.store.base import (
    Sessions,
    database_time,
    open_engine,
    reading_engine,
    session_factory,
)
from service.store.models import Attempt, Base, Bundle, Run
from service.store.states import LIVE, BundleState
from tests.servers import Postgres, Valkey
from tests.workers.fleet import Fleet, submit, toy

WORKERS = ("w0", "w1", "w2")
# seconds: a silent worker keeps its work; a runner that stands still is ended
LEASE, STALL = 5.0, 30.0
# seconds in which a calm fleet has to come to the end of all runs
CALM = 600.0
# jobs that are always under way or waiting
JOBS = 4
# how often each kind of blow falls, beside those that fall once
WEIGHTS = {"worker": 4, "runner": 6, "flip": 2}


class Blow(NamedTuple):
    """What was hit, and which attempt was held there, at what time of the database."""

    kind: str
    at: float
    bundle: UUID | None = None
    attempt: int = 0


class Chaos:
    """A fleet, and the means to hurt it."""

    def __init__(
        self, folder: Path, server: Postgres | None, rng: random.Random, steps: int
    ) -> None:
        self.folder, self.server, self.rng, self.steps = folder, server, rng, steps
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

    def hurt(self, only: Sequence[str] = ()) -> None:
        """One blow: of the kind that the dice say, or of another where that finds nothing to
        hit; ``only`` of these kinds, where some are named."""
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
        if only:
            kinds = {name: kinds[name] for name in only}
        while kinds:
            [kind] = self.rng.choices(list(kinds), [WEIGHTS.get(kind, 1) for kind in kinds])
            if blow := kinds.pop(kind)():
                self.blows.append(blow)
                return

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
        if (hit := self.busy_runner()) is None:
            return None
        blow = self.blow(kind, self.hit)
        hit.send_signal(number)
        return blow

    def busy_runner(self) -> psutil.Process | None:
        """That of some worker, which `hit` is then the process of."""
        pids = [self.fleet.processes[name].pid for name in WORKERS]
        runners = {pid: psutil.Process(pid).children() for pid in pids}
        if not (busy := [pid for pid in pids if runners[pid]]):
            return None
        self.hit = self.rng.choice(busy)
        return runners[self.hit][0]

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
        """In the checkpoint that a bundle has to go on from: its runner stands still, so that no
        newer one comes, and is killed."""
        if (hit := self.busy_runner()) is None:
            return None
        blow = self.blow("flip", self.hit)
        hit.send_signal(signal.SIGSTOP)
        # it may stand in a transaction, and then nobody else may write
        with session_factory(reading_engine(self.engine)).begin() as session:
            name = session.scalar(select(Bundle.checkpoint).where(Bundle.id == blow.bundle))
        path = self.folder / "artifacts" / (name or "none")
        if not path.is_file():
            hit.send_signal(signal.SIGCONT)
            return None
        content = bytearray(path.read_bytes())
        content[self.rng.randrange(len(content))] ^= 1
        path.write_bytes(content)
        hit.kill()
        return blow

    def take_store_away(self) -> Blow:
        """As a disk that is full or gone: nothing can be written for two seconds."""
        store, aside = self.folder / "artifacts", self.folder / "aside"
        store.mkdir(exist_ok=True)
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
            spec = toy(self.steps, self.steps // 20, seeds=(number, number + 10_000))
            self.jobs[submit(self.database, spec)] = spec

    def living(self) -> int:
        """How many runs have not ended."""
        with self.database.begin() as session:
            return session.scalar(select(func.count()).where(Run.state == LIVE)) or 0

    def await_end(self) -> float:
        """Until no run lives, or `CALM` is over; seconds."""
        began = time.monotonic()
        while self.living() and time.monotonic() - began < CALM:
            time.sleep(0.5)
        return time.monotonic() - began

    def stop(self) -> None:
        for process in self.fleet.processes.values():
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
            process.wait()
        self.broker.stop()
        self.engine.dispose()
