"""Kills everything a fleet has, again and again, and counts what was lost.

    python -m benchmarks.chaos [--database sqlite|postgresql] [--seconds 240] [--blows 100]

Real workers, runners, dispatcher, broker and, on PostgreSQL, the server: killed, frozen, their
checkpoints flipped and their artifact store taken away.  Then every series is compared with that of
an undisturbed run, bit for bit.
"""

import argparse
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import psutil
from sqlalchemy import func, select

from service.store.base import Sessions, database_time, open_engine, session_factory
from service.store.models import Attempt, Base, Bundle, Run
from service.store.states import LIVE, BundleState
from tests.servers import Postgres, Valkey
from tests.workers.fleet import LEASE, Fleet, attempts, check_series, submit, toy

WORKERS = ("w0", "w1", "w2")
# seconds after which a runner that stands still is ended, and in which a calm fleet has to finish
STALL, CALM = 15.0, 600.0


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
        self.fleet.environment |= {"GRADARENA_STALL": str(STALL)}
        self.blows: list[Blow] = []
        for name in ("dispatcher", *WORKERS):
            self.fleet.start(name)

    def hurt(self) -> None:
        """One blow."""
        kinds: dict[str, Callable[[], Blow | None]] = {
            "worker": self.kill_worker,
            "runner": lambda: self.hit_runner(signal.SIGKILL, "runner"),
            "frozen": lambda: self.hit_runner(signal.SIGSTOP, "frozen"),
            "dispatcher": self.kill_dispatcher,
            "broker": self.kill_broker,
            "database": self.crash_database,
            "flip": self.flip_bit,
            "store": self.take_store_away,
        }
        weights = [4, 6, 1, 1, 1, 1, 1, 1]
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

    def kill_worker(self) -> Blow:
        name = self.rng.choice(WORKERS)
        process = self.fleet.processes[name]
        blow = self.blow("worker", process.pid)
        self.fleet.kill(name)
        process.wait()
        self.fleet.start(name)
        return blow

    def hit_runner(self, number: signal.Signals, kind: str) -> Blow | None:
        name = self.rng.choice(WORKERS)
        pid = self.fleet.processes[name].pid
        children = psutil.Process(pid).children()
        if not children:
            return None
        blow = self.blow(kind, pid)
        os.kill(children[0].pid, number)
        return blow

    def kill_dispatcher(self) -> Blow:
        self.fleet.kill("dispatcher")
        self.fleet.processes["dispatcher"].wait()
        self.fleet.start("dispatcher")
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

    def living(self) -> int:
        with self.database.begin() as session:
            return session.scalar(select(func.count()).where(Run.state == LIVE)) or 0

    def stop(self) -> None:
        for process in self.fleet.processes.values():
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
            process.wait()
        self.broker.stop()
        self.engine.dispose()


def elsewhere_times(database: Sessions, blows: list[Blow]) -> list[float]:
    """Seconds from a blow to a process that held a bundle, to the bundle's next attempt."""
    times = []
    with database.begin() as session:
        for blow in blows:
            if blow.bundle:
                began = session.scalar(
                    select(Attempt.started_at).where(
                        Attempt.bundle_id == blow.bundle, Attempt.number == blow.attempt + 1
                    )
                )
                times += [began - blow.at] if began else []
    return times


def verdict(chaos: Chaos, jobs: list[UUID], specs: list[Any]) -> dict[str, int]:
    """How many runs were lost, doubled, stuck, failed though sound, or wrong in their series."""
    with chaos.database.begin() as session:
        rows = session.execute(select(Run.job_id, Run.number, Run.reason)).all()
    counts = Counter((job, number) for job, number, _ in rows)
    wrong = 0
    for job, spec in zip(jobs, specs, strict=True):
        numbers = [attempt.number for attempt in attempts(chaos.database, job)]
        assert numbers == list(range(1, len(numbers) + 1)), "attempts have gaps"
        done = {number for of, number, reason in rows if of == job and reason is not None}
        try:
            if done:
                check_series(chaos.database, job, spec, done)
        except AssertionError:
            wrong += 1
    expected = sum(len(spec["seeds"]) for spec in specs)
    return {
        "runs": expected,
        "lost": expected - len(counts),
        "doubled": len(rows) - len(counts),
        "stuck": sum(reason is None for *_, reason in rows),
        "failed": sum(reason not in (None, "completed") for *_, reason in rows),
        "wrong series": wrong,
    }


def run_chaos(name: str, seconds: float, blows: int, seed: int, number: int) -> bool:
    """One fleet on one kind of database; whether nothing was lost."""
    with tempfile.TemporaryDirectory(prefix="chaos") as folder:
        Path(folder).chmod(0o755)
        server = Postgres(Path(folder) / "pg") if name == "postgresql" else None
        chaos = Chaos(Path(folder), server, random.Random(seed))
        try:
            specs = [toy(3000, 100, seeds=(one, one + 100)) for one in range(number)]
            jobs = [submit(chaos.database, spec) for spec in specs]
            pause, end = seconds / blows, time.monotonic() + seconds
            while time.monotonic() < end and len(chaos.blows) < blows and chaos.living():
                time.sleep(chaos.rng.uniform(0.5, 1.5) * pause)
                chaos.hurt()
            began = time.monotonic()
            while chaos.living() and time.monotonic() - began < CALM:
                time.sleep(0.5)
            report(name, chaos, jobs, specs, time.monotonic() - began)
            counts = verdict(chaos, jobs, specs)
        finally:
            chaos.stop()
            if server:
                server.stop()
    return not any(count for what, count in counts.items() if what != "runs")


def report(name: str, chaos: Chaos, jobs: list[UUID], specs: list[Any], calm: float) -> None:
    kinds = Counter(blow.kind for blow in chaos.blows)
    times = elsewhere_times(chaos.database, chaos.blows)
    with chaos.database.begin() as session:
        endings = Counter(session.scalars(select(Attempt.ending)))
    print(f"\n{name}: {len(chaos.blows)} blows: {dict(kinds)}")
    print(f"  attempts: {dict(endings)}")
    print(f"  {verdict(chaos, jobs, specs)}")
    if times:
        p50, p99 = np.quantile(times, (0.5, 0.99))
        print(f"  to elsewhere: p50 {p50:.1f} s, p99 {p99:.1f} s, with a lease of {LEASE:g} s")
    print(f"  the last run ended {calm:.0f} s after the last blow", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--blows", type=int, default=50)
    parser.add_argument("--jobs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    names = options.database or ["sqlite", "postgresql"]
    well = [
        run_chaos(name, options.seconds, options.blows, options.seed, options.jobs)
        for name in names
    ]
    return 0 if all(well) else 1


if __name__ == "__main__":
    raise SystemExit(main())
