"""Real processes, killed at random: nothing is lost, doubled or stuck, and every series is
right."""

import random
import time
from collections import Counter

import psutil
import pytest
from sqlalchemy import func, select

from service.store.base import open_engine, session_factory
from service.store.models import Attempt, Run
from service.store.states import LIVE
from tests.conftest import emptied
from tests.patience import HANG
from tests.servers import Postgres
from tests.workers.fleet import Fleet, attempts, check_series, submit, toy, until

JOBS, SECONDS = 20, 40
NAMES = ("dispatcher", "w0", "w1")


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request, folder):
    """A PostgreSQL of our own, that we may crash; None where SQLite is asked for."""
    if request.param == "sqlite":
        yield None
        return
    server = Postgres(folder / "crashing")
    yield server
    server.stop()


def hurt(fleet, server, broker, rng) -> str:
    """One blow."""
    victim = rng.choice([*NAMES, "runner", "runner", "broker", "database"])
    if victim == "runner":
        workers = [psutil.Process(fleet.processes[name].pid) for name in NAMES[1:]]
        for runner in [child for worker in workers for child in worker.children()][:1]:
            runner.kill()
    elif victim == "broker":
        broker.kill()
        broker.start()
    elif victim == "database" and server:
        server.restart()
    elif victim in NAMES:
        fleet.kill(victim)
        fleet.processes[victim].wait()
        fleet.start(victim)
    return victim


def living(database) -> int:
    with database.begin() as session:
        return session.scalar(select(func.count()).where(Run.state == LIVE))


@pytest.mark.slow
def test_chaos(server, valkey, tmp_path):
    url = server.url if server else f"sqlite:///{tmp_path}/arena.db"
    engine, rng, blows = emptied(open_engine(url)), random.Random(0), Counter()
    database = session_factory(engine)
    fleet = Fleet(tmp_path, url, valkey.url, database)
    for name in NAMES:
        fleet.start(name)
    specs = [toy(600, 50, seeds=(number, number + 100)) for number in range(JOBS)]
    jobs = [submit(database, spec) for spec in specs]
    calm = time.monotonic() + SECONDS
    while time.monotonic() < calm and living(database):
        time.sleep(rng.uniform(0.5, 3))
        blows[hurt(fleet, server, valkey, rng)] += 1
    until(lambda: not living(database), HANG)
    fleet.stop()
    tried = verdict(database, jobs, specs)
    print(f"\n{engine.dialect.name}: {dict(blows)}; attempts {dict(tried)}")
    engine.dispose()


def verdict(database, jobs, specs) -> Counter:
    """Kills are not guilt: no run fails, and each writes what an undisturbed one writes."""
    with database.begin() as session:
        reasons = session.scalars(select(Run.reason)).all()
        tried = Counter(session.scalars(select(Attempt.ending)))
    assert len(reasons) == 2 * len(jobs) and set(reasons) == {"completed"} and None not in tried
    for job, spec in zip(jobs, specs, strict=True):
        numbers = [attempt.number for attempt in attempts(database, job)]
        assert numbers == list(range(1, len(numbers) + 1))
        check_series(database, job, spec)
    return tried
