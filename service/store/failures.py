"""Why runs ended without a result: what the last attempt at their bundle said.

Nothing here decides: the store's verbs end runs, and this reads what they recorded.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from estimators.specs.states import Reason, State

from .models import Event, Run


class Failure(NamedTuple):
    """Why a run, or the run of a job that failed last, came to no result."""

    reason: Reason
    # what its process or its worker said last; empty where it said nothing
    why: str


def last_words(session: Session, bundles: Mapping[UUID, UUID]) -> dict[UUID, str]:
    """What was said when the last attempt at each bundle ended; ``bundles``: their jobs."""
    if not bundles:
        return {}
    rows = session.execute(
        select(Event.data)
        .where(
            Event.job_id.in_(set(bundles.values())),
            Event.type == "left",
            Event.data["bundle"].as_string().in_([str(bundle) for bundle in bundles]),
        )
        .order_by(Event.number)
    ).scalars()
    return {UUID(data["bundle"]): data["why"] for data in rows}


def job_failures(session: Session, jobs: Collection[UUID]) -> dict[UUID, Failure]:
    """Of each of these jobs, why the run failed that failed last; jobs without one are left out."""
    if not jobs:
        return {}
    rows = session.execute(
        select(Run.job_id, Run.bundle_id, Run.reason)
        .where(Run.job_id.in_(jobs), Run.state == State.FAILED)
        .group_by(Run.job_id, Run.bundle_id, Run.reason)
        .order_by(func.max(Run.ended_at), Run.bundle_id)
    ).all()
    last = {row.job_id: row for row in rows}
    words = last_words(session, {row.bundle_id: job_id for job_id, row in last.items()})
    return {
        job_id: Failure(Reason(row.reason), words.get(row.bundle_id, ""))
        for job_id, row in last.items()
    }
