"""Kills everything a fleet has, again and again, and counts what was lost.

    python -m benchmarks.chaos [--database sqlite|postgresql] [--seconds 240] [--blows 100]
        [--kinds flip store ...] [--steps 400]

Real workers, runners, dispatcher, broker and, on PostgreSQL, the server: killed, frozen, their
checkpoints flipped and their artifact store taken away.  As long as blows fall, new jobs come; then
all have ten minutes to finish, and every series is compared with that of an undisturbed run, bit
for bit.
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import func, select

from benchmarks.blows import LEASE, Blow, Chaos
from service.store.base import Sessions
from service.store.models import Attempt, Event, Run
from service.store.states import LIVE
from tests.servers import Postgres
from tests.workers.fleet import attempts, check_series


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


def verdict(chaos: Chaos) -> dict[str, int]:
    """How many runs were lost, doubled, stuck, failed though sound, or wrong in their series."""
    with chaos.database.begin() as session:
        rows = session.execute(select(Run.job_id, Run.number, Run.reason)).all()
    counts = Counter((job, number) for job, number, _ in rows)
    expected = sum(len(spec["seeds"]) for spec in chaos.jobs.values())
    return {
        "runs": expected,
        "lost": expected - len(counts),
        "doubled": len(rows) - len(counts),
        "stuck": sum(reason is None for *_, reason in rows),
        "failed": sum(reason not in (None, "completed") for *_, reason in rows),
        "wrong series": sum(is_wrong(chaos, job, spec) for job, spec in chaos.jobs.items()),
    }


def is_wrong(chaos: Chaos, job: UUID, spec: Any) -> bool:
    """Whether attempts have gaps, or a run that has ended wrote anything but what an undisturbed
    one writes."""
    with chaos.database.begin() as session:
        ended = {*session.scalars(select(Run.number).where(Run.job_id == job, Run.state != LIVE))}
    numbers = [attempt.number for attempt in attempts(chaos.database, job)]
    try:
        assert numbers == list(range(1, len(numbers) + 1))
        if ended:
            check_series(chaos.database, job, spec, ended)
    except AssertionError:
        return True
    return False


def strike(chaos: Chaos, seconds: float, blows: int, kinds: Sequence[str]) -> None:
    """So many blows, about evenly over so many seconds; one that finds nothing to hit is made up
    for."""
    began, pause = time.monotonic(), seconds / blows
    while len(chaos.blows) < blows and time.monotonic() < began + seconds:
        chaos.refill()
        due = began + (len(chaos.blows) + chaos.rng.uniform(0, 1)) * pause
        time.sleep(max(0.2, due - time.monotonic()))
        chaos.hurt(kinds)


def run_chaos(
    name: str, seconds: float, blows: int, seed: int, steps: int, kinds: Sequence[str]
) -> bool:
    """One fleet on one kind of database; whether nothing was lost."""
    with tempfile.TemporaryDirectory(prefix="chaos") as folder:
        Path(folder).chmod(0o755)
        server = Postgres(Path(folder) / "pg") if name == "postgresql" else None
        chaos = Chaos(Path(folder), server, random.Random(seed), steps)
        try:
            chaos.fleet.ready()
            strike(chaos, seconds, blows, kinds)
            calm = chaos.await_end()
            counts = verdict(chaos)
            report(name, chaos, counts, calm)
        finally:
            chaos.stop()
            if server:
                server.stop()
    return not any(count for what, count in counts.items() if what != "runs")


def report(name: str, chaos: Chaos, counts: dict[str, int], calm: float) -> None:
    kinds = Counter(blow.kind for blow in chaos.blows)
    times = elsewhere_times(chaos.database, chaos.blows)
    with chaos.database.begin() as session:
        endings = Counter(session.scalars(select(Attempt.ending)))
        broken = session.scalar(
            select(func.count()).select_from(Event).where(Event.type == "broken")
        )
    print(f"\n{name}: {len(chaos.blows)} blows: {dict(kinds)}")
    print(f"  attempts: {dict(endings)}; {broken} fell back from a broken checkpoint")
    print(f"  {counts}")
    if times:
        p50, p99 = np.quantile(times, (0.5, 0.99))
        print(f"  to elsewhere: p50 {p50:.1f} s, p99 {p99:.1f} s, with a lease of {LEASE:g} s")
    last = chaos.blows[-1].at - chaos.blows[0].at
    print(f"  all blows within {last:.0f} s, and {calm:.0f} s from the last to the end", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--seconds", type=float, default=240)
    parser.add_argument("--blows", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=400, help="of a job; it has 20 checkpoints")
    parser.add_argument("--kinds", nargs="+", default=(), help="of blows; all if not said")
    options = parser.parse_args()
    names = options.database or ["sqlite", "postgresql"]
    how = (options.seconds, options.blows, options.seed, options.steps, options.kinds)
    well = [run_chaos(name, *how) for name in names]
    return 0 if all(well) else 1


if __name__ == "__main__":
    raise SystemExit(main())
