"""What is submitted: jobs with their runs, any number of them in as many statements as one takes.

To make, send and read a statement costs more than the rows that it writes.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from .base import database_time, insert_missing, insert_rows, stored_row
from .models import TRAIN, Benchmark, Bundle, Job, Json, Key, Run
from .quotas import QuotaReached
from .runs import fair_turn, record_submissions

# made once: to make a statement takes longer than to run it
SAME_BENCHMARKS = select(Benchmark.id).where(Benchmark.id.in_(bindparam("ids", expanding=True)))
SAME_KEYS = select(Key).where(
    Key.owner.in_(bindparam("owners", expanding=True)),
    Key.key.in_(bindparam("keys", expanding=True)),
)
KEYS_OF_JOBS = select(Key.job_id).where(Key.job_id.in_(bindparam("jobs", expanding=True)))
NOW = select(database_time())
NEW_JOBS, NEW_BUNDLES, NEW_RUNS = insert_rows(Job), insert_rows(Bundle), insert_rows(Run)


class KeyReused(Exception):
    """This Idempotency-Key came before, with another spec."""


@dataclass(frozen=True)
class Plan:
    """What a spec comes to: everything that the store wants to know of it."""

    spec: Json
    spec_hash: str
    steps: int
    runs: Sequence[tuple[int, Json]]  # (seed, setting)
    benchmark_id: str | None = None  # these four where it trains
    benchmark: Json | None = None
    cell_id: str | None = None
    estimator: str | None = None
    kind: str = TRAIN
    width: int = 8  # runs that train in one program, at most
    queue: str = "cpu"
    priority: int = 0
    # seconds that the attempts at a bundle may take together
    time_limit: float | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    # of a job that extends another
    parent_id: UUID | None = None
    # what was asked for, where that is not the spec itself
    request: Json | None = None

    @property
    def fingerprint(self) -> str:
        """Of all that a person asked for; a replayed request has the same."""
        asked: list[Any] = [self.request]
        if self.request is None:
            asked = [self.spec, self.queue, self.priority, dict(self.labels)]
        if self.time_limit is not None:
            asked.append(self.time_limit)
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Order:
    """A plan, whose it is, and the Idempotency-Key that it came with."""

    owner: str
    plan: Plan
    key: str | None = None

    @property
    def name(self) -> tuple[str, str] | None:
        """What makes one job of several requests; None without a key."""
        return (self.owner, self.key) if self.key else None


@dataclass(frozen=True)
class Opened:
    """The job of an order; one that is new has no runs yet."""

    job: Job
    is_new: bool


Refusal = KeyReused | QuotaReached


def submit_jobs(session: Session, orders: Sequence[Order]) -> list[Job | Refusal]:
    """What becomes of each order, in their order: its job, with runs that are planned into bundles,
    or why there is none.  The same key gives the same job.
    """
    outcomes = open_jobs(session, orders)
    new = [
        (outcome.job, order.plan)
        for outcome, order in zip(outcomes, orders, strict=True)
        if isinstance(outcome, Opened) and outcome.is_new
    ]
    if new:
        _fill_jobs(session, new)
    return [outcome.job if isinstance(outcome, Opened) else outcome for outcome in outcomes]


def open_job(session: Session, order: Order) -> Opened:
    """A job that has no runs yet, or the one that its key has made already.

    Raises KeyReused, QuotaReached.
    """
    (outcome,) = open_jobs(session, [order])
    if isinstance(outcome, Opened):
        return outcome
    raise outcome


def open_jobs(session: Session, orders: Sequence[Order]) -> list[Opened | Refusal]:
    """The same of each order, in their order; a refusal stands for itself and leaves nothing."""
    earlier = _earlier_keys(session, orders)
    outcomes: dict[int, Opened | Refusal] = {}
    admitted: dict[int, Order] = {}
    for number in _fresh_orders(orders, earlier):
        order = orders[number]
        if refusal := _over_quota(session, order, admitted.values()):
            outcomes[number] = refusal
        else:
            admitted[number] = order
    made = _new_jobs(session, list(admitted.values()))
    outcomes |= {n: Opened(job, True) for n, job in zip(admitted, made, strict=True) if job}
    if len(outcomes) < len(orders):
        earlier = _earlier_keys(session, orders)
    return [
        outcomes.get(number) or _replayed(session, order, earlier)
        for number, order in enumerate(orders)
    ]


def _earlier_keys(session: Session, orders: Sequence[Order]) -> dict[tuple[str, str], Key]:
    """The keys among those of orders that have made jobs."""
    names = {order.name for order in orders if order.name}
    if not names:
        return {}
    owners, keys = ({name[part] for name in names} for part in (0, 1))
    rows = session.scalars(SAME_KEYS, {"owners": sorted(owners), "keys": sorted(keys)})
    return {(row.owner, row.key): row for row in rows}


def _fresh_orders(orders: Sequence[Order], earlier: Mapping[tuple[str, str], Key]) -> Iterator[int]:
    """The places of those whose key, if any, has made no job, and comes here for the first time."""
    taken = set(earlier)
    for number, order in enumerate(orders):
        if order.name is None or order.name not in taken:
            yield number
        if order.name:
            taken.add(order.name)


def _over_quota(session: Session, order: Order, admitted: Collection[Order]) -> QuotaReached | None:
    """Lets the runs of an order in behind others, or says why not."""
    quota = session.info.get("quota")
    if quota is None:
        return None
    unwritten = sum(len(one.plan.runs) for one in admitted if one.owner == order.owner)
    try:
        quota.admit(session, order.owner, len(order.plan.runs), unwritten)
    except QuotaReached as refusal:
        return refusal
    return None


def _replayed(
    session: Session, order: Order, earlier: Mapping[tuple[str, str], Key]
) -> Opened | Refusal:
    """The job that the key of an order has made; it may have come here first with an order that is
    over the quota."""
    key = earlier.get(order.name) if order.name else None
    if key is None:
        return QuotaReached()
    if key.fingerprint != order.plan.fingerprint:
        return KeyReused()
    return Opened(session.get_one(Job, key.job_id), False)


def _new_jobs(session: Session, orders: Sequence[Order]) -> list[Job | None]:
    """Jobs without runs; None where somebody else has made one with the same key meanwhile."""
    if not orders:
        return []
    _add_benchmarks(session, [order.plan for order in orders])
    now = session.execute(NOW).scalar_one()
    values = [_job_values(order, now) for order in orders]
    session.execute(NEW_JOBS, values)
    keyed = [
        dict(owner=order.owner, key=order.key, fingerprint=order.plan.fingerprint, job_id=row["id"])
        for order, row in zip(orders, values, strict=True)
        if order.key
    ]
    late = _late_jobs(session, keyed) if keyed else set()
    return [None if row["id"] in late else stored_row(session, Job(**row)) for row in values]


def _add_benchmarks(session: Session, plans: Sequence[Plan]) -> None:
    """Those that nobody has submitted to yet."""
    definitions = {plan.benchmark_id: plan.benchmark for plan in plans if plan.benchmark_id}
    if not definitions:
        return
    present = set(session.scalars(SAME_BENCHMARKS, {"ids": list(definitions)}))
    new = [{"id": id, "definition": definitions[id]} for id in sorted(definitions.keys() - present)]
    if new:
        session.execute(insert_missing(session, Benchmark), new)


def _job_values(order: Order, now: float) -> dict[str, Any]:
    about = ("kind", "spec", "spec_hash", "benchmark_id", "cell_id", "estimator", "steps")
    same = {name: getattr(order.plan, name) for name in (*about, "parent_id")}
    # its first event is that it was submitted
    mine = dict(id=uuid7(), owner=order.owner, labels=dict(order.plan.labels), version=1)
    return same | mine | dict(created_at=now, archived_at=None)


def _late_jobs(session: Session, keyed: Sequence[Mapping[str, Any]]) -> set[UUID]:
    """Writes keys, in an order that lets two who do so not wait for each other.  The jobs whose
    keys somebody else wrote first are gone again; those who come at once wait here."""
    rows = sorted(keyed, key=lambda row: (row["owner"], row["key"]))
    session.execute(insert_missing(session, Key), rows)
    jobs = [row["job_id"] for row in rows]
    late = set(jobs) - set(session.scalars(KEYS_OF_JOBS, {"jobs": jobs}))
    if late:
        session.execute(delete(Job).where(Job.id.in_(late)))
    return late


def _fill_jobs(session: Session, new: Sequence[tuple[Job, Plan]]) -> None:
    """Bundles, runs and the first event of jobs that have none."""
    bundles = _new_bundles(session, new)
    runs = [
        dict(job_id=job.id, number=number, seed=seed, setting=setting)
        | dict(bundle_id=homes[number // plan.width], lane=number % plan.width)
        for (job, plan), homes in zip(new, bundles, strict=True)
        for number, (seed, setting) in enumerate(plan.runs)
    ]
    session.execute(NEW_RUNS, runs)
    record_submissions(session, {job: {"runs": len(plan.runs)} for job, plan in new})


def _new_bundles(session: Session, new: Sequence[tuple[Job, Plan]]) -> list[list[UUID]]:
    """As wide as the plans say, the last one of each narrower; they take their turns one after the
    other."""
    turns: dict[tuple[str, str, int], int] = {}
    rows: list[list[dict[str, Any]]] = []
    for job, plan in new:
        whose = (job.owner, plan.queue, plan.priority)
        if whose not in turns:
            turns[whose] = fair_turn(session, *whose)
        mine = list(_bundle_rows(job, plan, turns[whose]))
        turns[whose] = mine[-1]["turn"] + mine[-1]["width"] * plan.steps
        rows.append(mine)
    session.execute(NEW_BUNDLES, [row for mine in rows for row in mine])
    return [[row["id"] for row in mine] for mine in rows]


def _bundle_rows(job: Job, plan: Plan, turn: int) -> Iterator[dict[str, Any]]:
    same = {name: getattr(plan, name) for name in ("queue", "priority", "steps", "time_limit")}
    for start in range(0, len(plan.runs), plan.width):
        width = min(plan.width, len(plan.runs) - start)
        yield same | dict(id=uuid7(), job_id=job.id, owner=job.owner, turn=turn, width=width)
        turn += width * plan.steps
