"""Jobs that extend others: their runs go on from where those of another job ended."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from estimators.specs.states import Reason, State

from .base import database_time
from .jobs import Conflict, locked_bundles
from .models import Bundle, Job, Json, Run
from .runs import fair_turn, record_events, record_submissions, successor_bundle
from .series import copy_series
from .states import LIVE, BundleState
from .submissions import Order, Plan, open_job

ENDS = ("state", "reason", "step", "checkpoint", "ended_at")


def lock_job(session: Session, job_id: UUID) -> Sequence[Bundle]:
    """Until this transaction ends, nobody else extends, retries, cancels or deletes the job."""
    return locked_bundles(session, Run.job_id == job_id)


def any_bundle(session: Session, job_id: UUID) -> Bundle:
    """One of a job: all of them are treated alike."""
    return session.scalars(select(Bundle).where(Bundle.job_id == job_id).limit(1)).one()


def continue_job(session: Session, owner: str, plan: Plan, key: str | None = None) -> Job:
    """A job with the runs of its parent, which go on from their last checkpoints with all that they
    wrote; a run that diverged has ended in it too.  The same key gives the same job.

    Nothing of the parent changes.  Raises Conflict where one of its runs has not come to its own
    end or none can go on, KeyReused, QuotaReached.
    """
    assert plan.parent_id
    homes = lock_job(session, plan.parent_id)
    opened = open_job(session, Order(owner, plan, key))
    job = opened.job
    if not opened.is_new:
        return job
    runs = session.scalars(
        select(Run).where(Run.job_id == plan.parent_id).order_by(Run.number)
    ).all()
    goes_on = {run.bundle_id for run in runs if run.reason == Reason.COMPLETED}
    if not goes_on or any(run.state != State.SUCCEEDED for run in runs):
        raise Conflict()
    bundle_of = _next_bundles(session, job, plan, homes, goes_on)
    now = session.scalar(select(database_time()))
    rows = [_next_run(run, job, bundle_of[run.bundle_id], now) for run in runs]
    session.execute(insert(Run), rows)
    copy_series(session, plan.parent_id, job.id)
    about = {"runs": len(rows), "extends": str(plan.parent_id)}
    record_submissions(session, {job: about})
    _tell_ends(session, job.id)
    return job


def _next_bundles(
    session: Session, job: Job, plan: Plan, homes: Sequence[Bundle], goes_on: set[UUID]
) -> dict[UUID, Bundle]:
    """By the bundle that each goes on from: as wide, where it stands; closed where nothing in it
    lives.  They take their turns one after the other."""
    turn, bundles = fair_turn(session, job.owner, plan.queue, plan.priority), {}
    same: dict[str, Any] = {
        name: getattr(plan, name) for name in ("queue", "priority", "steps", "time_limit")
    }
    for old in homes:
        new = successor_bundle(old, job_id=job.id, owner=job.owner, turn=turn, **same)
        new.start = new.progress = old.step
        if old.id not in goes_on:
            new.state = BundleState.CLOSED
        turn += new.width * (plan.steps - old.step)
        bundles[old.id] = new
    session.add_all(bundles.values())
    session.flush()
    return bundles


def _next_run(run: Run, job: Job, bundle: Bundle, now: float | None) -> Mapping[str, Any]:
    """The row of a run that goes on from another, or has diverged as that one has."""
    same = {name: getattr(run, name) for name in ("number", "lane", "seed", "setting")}
    ends: Json = {name: getattr(run, name) for name in ENDS} | {"ended_at": now}
    if run.reason == Reason.COMPLETED:
        ends = dict.fromkeys(ENDS) | {"state": LIVE}
    return same | ends | {"job_id": job.id, "bundle_id": bundle.id}


def _tell_ends(session: Session, job_id: UUID) -> None:
    """An event for each run that has diverged already."""
    over = session.execute(
        select(Run.id, Run.reason).where(Run.job_id == job_id, Run.state != LIVE)
    )
    record_events(
        session, job_id, "ended", *({"run": str(id), "reason": reason} for id, reason in over)
    )


def origin_id(session: Session, job: Job) -> UUID:
    """The first of the jobs that differ from this one in seeds alone, by parents."""
    while job.parent_id and (parent := session.get_one(Job, job.parent_id)).steps == job.steps:
        job = parent
    return job.id


def jobs_of_cell(session: Session, cell_id: str, owners: Sequence[str]) -> Sequence[Job]:
    """Of some owners, the oldest first."""
    same = (Job.cell_id == cell_id, Job.owner.in_(owners))
    return session.scalars(select(Job).where(*same).order_by(Job.id)).all()


def next_jobs(session: Session, job_id: UUID, steps: int) -> Sequence[UUID]:
    """Those whose runs go on from a job's, to this step."""
    same = (Job.parent_id == job_id, Job.steps == steps)
    return session.scalars(select(Job.id).where(*same).order_by(Job.id)).all()
