"""Use cases: what people ask of jobs.  Each is inside the caller's unit of work; the bell rings
after it."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from estimators.specs.base import digest
from estimators.specs.experiment import Experiment
from estimators.specs.lanes import program_width
from estimators.specs.probe import Probe
from estimators.specs.states import State

from .errors import Conflict, Forbidden, KeyReused, NotFound, ServiceError, TooMany
from .queue import ring_after_commit
from .scopes import ANYBODY, Identity, Scope
from .store import boards, job_views
from .store import jobs as store
from .store.job_views import JobView, RunView
from .store.models import PROBE, TRAIN, Bundle, Job, Json, Run
from .store.quotas import QuotaReached
from .store.states import LIVE
from .store.submissions import KeyReused as StoredKeyReused
from .store.submissions import Order, Plan, Refusal, submit_jobs
from .submission import AnySubmission, Checkpoint, Treatment

log = logging.getLogger(__name__)
# seconds, where an owner's quota is reached
QUOTA_PAUSE = "60"
# runs that one unit of work changes, so that nobody waits long for it
SLICE = 1000
Work = Callable[[], AbstractContextManager[Session]]


def training_plan(
    experiment: Experiment,
    queue: str = "cpu",
    priority: int = 0,
    labels: Mapping[str, str] | None = None,
    time_limit: float | None = None,
) -> Plan:
    """Runs and bundles of an experiment, and where they belong."""
    return Plan(
        spec=experiment.model_dump(mode="json"),
        spec_hash=experiment.digest,
        benchmark_id=experiment.benchmark_id,
        benchmark=experiment.benchmark,
        cell_id=experiment.cell_id,
        estimator=experiment.estimator.name,
        steps=experiment.training.steps,
        runs=experiment.runs,
        width=program_width(experiment, queue),
        queue=queue,
        priority=priority,
        labels=labels or {},
        time_limit=time_limit,
    )


def probe_plan(
    probe: Probe,
    parameters: Checkpoint | None = None,
    queue: str = "cpu",
    priority: int = 0,
    labels: Mapping[str, str] | None = None,
    time_limit: float | None = None,
) -> Plan:
    """The one run of a probe, at the parameters of another run if given; it stands on no
    benchmark."""
    source = {"parameters": parameters.model_dump(mode="json")} if parameters else {}
    spec = probe.model_dump(mode="json") | source
    return Plan(
        spec=spec,
        spec_hash=digest(spec),
        steps=probe.steps,
        runs=[(probe.seed, {})],
        width=1,
        queue=queue,
        priority=priority,
        labels=labels or {},
        time_limit=time_limit,
        kind=PROBE,
    )


PLANS: dict[str, Callable[[Any], Plan]] = {
    TRAIN: lambda submission: training_plan(submission.experiment, **_treatment(submission)),
    PROBE: lambda submission: probe_plan(
        submission.probe, submission.parameters, **_treatment(submission)
    ),
}


def _treatment(submission: Treatment) -> dict[str, Any]:
    """How people want a job treated, as arguments of a plan."""
    return {name: getattr(submission, name) for name in Treatment.model_fields}


def submission_plan(submission: AnySubmission) -> Plan:
    """What a submission comes to."""
    return PLANS[submission.kind](submission)


def submit_plan(
    session: Session,
    owner: str,
    plan: Plan,
    key: str | None = None,
    write: Callable[..., Job] = store.submit_job,
) -> JobView:
    """A job, by the verb that writes it; the same key and plan give the same job.

    Raises KeyReused, TooMany, and what the verb raises.
    """
    order = Order(owner, plan, key)
    try:
        job = write(session, owner, plan, key)
    except (StoredKeyReused, QuotaReached) as refusal:
        raise _refusal(session, order, refusal) from None
    ring_after_commit(session, plan.queue, bundle_count(plan))
    log.info("submitted", extra={"job": job.id})
    return _new_view(session, order, job)


def submit_orders(session: Session, orders: Sequence[Order]) -> list[JobView | ServiceError]:
    """What becomes of each, in their order: its job, or why there is none (KeyReused, TooMany)."""
    outcomes = submit_jobs(session, orders)
    bells: Counter[str] = Counter()
    for order in orders:
        bells[order.plan.queue] += bundle_count(order.plan)
    for queue, times in bells.items():
        ring_after_commit(session, queue, times)
    return [
        _new_view(session, order, outcome)
        if isinstance(outcome, Job)
        else _refusal(session, order, outcome)
        for order, outcome in zip(orders, outcomes, strict=True)
    ]


def bundle_count(plan: Plan) -> int:
    return -(-len(plan.runs) // plan.width)


def _refusal(session: Session, order: Order, refusal: Refusal) -> ServiceError:
    """What the store refused, as people are told it."""
    if isinstance(refusal, StoredKeyReused):
        return KeyReused(f"The key {order.key} has made a job from another request.")
    most = session.info["quota"].most
    detail = f"Of one owner, {most:,} runs may wait; cancel some, or come again."
    return TooMany(detail, headers={"Retry-After": QUOTA_PAUSE})


def _new_view(session: Session, order: Order, job: Job) -> JobView:
    """Of a job that an order has made, now or before."""
    if job.version == 1 and not job.parent_id:
        return job_views.submitted_view(job, len(order.plan.runs))
    return find_job(session, job.id)


def find_job(session: Session, job_id: UUID) -> JobView:
    """Raises NotFound."""
    if (view := job_views.job_view(session, job_id)) is None:
        raise NotFound(f"There is no job {job_id}.")
    return view


def check_owner(session: Session, job_id: UUID, asking: Identity) -> None:
    """Raises NotFound, and Forbidden where the job is another's."""
    owner = find_job(session, job_id).job.owner
    if not asking.may_change(owner):
        raise Forbidden(f"The job {job_id} is of {owner}.")


def check_priority(asking: Identity, priority: int) -> None:
    """Raises Forbidden."""
    if priority > 0 and not asking.may(Scope.PRIORITY):
        raise Forbidden("A priority above 0 wants a key of the scope priority.")


def find_run(session: Session, run_id: UUID) -> RunView:
    """Raises NotFound."""
    if not (views := job_views.run_views(session, Run.id == run_id)):
        raise NotFound(f"There is no run {run_id}.")
    return views[0]


def job_runs(
    session: Session, job_id: UUID, after: int = -1, limit: int | None = None
) -> list[RunView]:
    """The runs of a job, those numbered above ``after``."""
    return job_views.run_views(session, Run.job_id == job_id, after=after, limit=limit)


def run_environments(session: Session, view: RunView) -> list[Json]:
    """Where a run trained: versions, code, hardware."""
    return boards.bundle_environments(session, Bundle.id == view.bundle.id)[view.bundle.id]


def cancel_job(session: Session, job_id: UUID) -> JobView:
    """Ends what waits, and asks what trains to end; a job that is cancelled already stays so.

    Raises NotFound, and Conflict if the job has succeeded or failed.
    """
    _check_unfinished(session, job_id)
    store.cancel_runs(session, _run_ids(session, Run.job_id == job_id, Run.state == LIVE))
    return find_job(session, job_id)


def _check_unfinished(session: Session, job_id: UUID) -> None:
    if (state := find_job(session, job_id).state) in (State.SUCCEEDED, State.FAILED):
        raise Conflict(f"The job has {state}: there is nothing to cancel.")


def cancel_in_slices(work: Work, job_id: UUID, asking: Identity = ANYBODY) -> JobView:
    """As `cancel_job`, a slice of the runs in each unit of work: nobody waits long for a big job.

    Raises NotFound, Forbidden where it is another's, and Conflict if the job has succeeded or
    failed.
    """
    with work() as session:
        check_owner(session, job_id, asking)
        _check_unfinished(session, job_id)
    live = (Run.job_id == job_id, Run.state == LIVE)
    for numbers in _slices(work, *live):
        with work() as session:
            store.cancel_runs(session, _run_ids(session, *live, numbers))
    with work() as session:
        return find_job(session, job_id)


def retry_in_slices(
    work: Work, job_id: UUID, from_zero: bool = False, asking: Identity = ANYBODY
) -> JobView:
    """As `retry_job`, a slice of the runs in each unit of work.

    Raises NotFound, Forbidden where it is another's, and Conflict.
    """
    stopped = (Run.job_id == job_id, Run.state.in_(store.STOPPED))
    with work() as session:
        check_owner(session, job_id, asking)
    if not (slices := _slices(work, *stopped)):
        raise Conflict("No run of this job has failed or is cancelled.")
    for numbers in slices:
        with work() as session:
            _retry_stopped(session, _run_ids(session, *stopped, numbers), from_zero)
    with work() as session:
        return find_job(session, job_id)


def _slices(work: Work, *which: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Ranges of numbers, each of so many runs at most."""
    with work() as session:
        numbers = session.scalars(select(Run.number).where(*which).order_by(Run.number)).all()
    starts = numbers[::SLICE]
    return [
        Run.number.between(first, numbers[min(n + SLICE, len(numbers)) - 1])
        for n, first in zip(range(0, len(numbers), SLICE), starts, strict=True)
    ]


def _run_ids(session: Session, *which: ColumnElement[bool]) -> Sequence[UUID]:
    return session.scalars(select(Run.id).where(*which)).all()


def retry_job(session: Session, job_id: UUID, from_zero: bool = False) -> JobView:
    """Failed and cancelled runs train again, from where they stopped or from zero.

    Raises NotFound, and Conflict if there are none.
    """
    find_job(session, job_id)
    stopped = _run_ids(session, Run.job_id == job_id, Run.state.in_(store.STOPPED))
    if not stopped:
        raise Conflict("No run of this job has failed or is cancelled.")
    _retry_stopped(session, stopped, from_zero)
    return find_job(session, job_id)


def _retry_stopped(session: Session, stopped: Sequence[UUID], from_zero: bool) -> None:
    try:
        bundles = store.retry_runs(session, stopped, from_zero)
    except store.Conflict:
        raise Conflict("Its runs have changed meanwhile; look again.") from None
    if bundles:
        ring_after_commit(session, bundles[0].queue, len(bundles))
