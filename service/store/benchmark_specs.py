"""Which jobs trained what: the specs of benchmarks and of their jobs."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Benchmark, Job, Json


def benchmark_definitions(session: Session) -> dict[str, Json]:
    """Of every benchmark, by id."""
    return {
        id: definition
        for id, definition in session.execute(select(Benchmark.id, Benchmark.definition))
    }


def job_specs(session: Session, benchmark_id: str) -> dict[UUID, Json]:
    """Of every job on a benchmark, in order of submission."""
    rows = session.execute(
        select(Job.id, Job.spec).where(Job.benchmark_id == benchmark_id).order_by(Job.id)
    )
    return {id: spec for id, spec in rows}
