"""Estimators of other packages, as the workers that have them published them."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .base import database_time, insert_statement
from .models import Job, Json, Plugin

KIND = "estimator"


def publish_plugin(
    session: Session, name: str, version: str, code: str, schema: Json, meta: Json
) -> None:
    """What a worker has.  Of one version the last word counts."""
    row = {
        "kind": KIND,
        "name": name,
        "version": version,
        "code_hash": code,
        "schema": schema,
        "meta": meta,
    }
    statement = insert_statement(session, Plugin).values(row | {"seen_at": database_time()})
    again = {
        column: statement.excluded[column] for column in ("code_hash", "schema", "meta", "seen_at")
    }
    session.execute(
        statement.on_conflict_do_update(index_elements=["kind", "name", "version"], set_=again)
    )


def plugin_versions(session: Session, name: str | None = None) -> Sequence[Plugin]:
    """All that was published, of one name or of all, what was heard last first."""
    wanted = (
        select(Plugin)
        .where(Plugin.kind == KIND)
        .order_by(Plugin.seen_at.desc(), Plugin.version.desc())
    )
    return session.scalars(wanted if name is None else wanted.where(Plugin.name == name)).all()


def registry_stamp(session: Session, benchmark_id: str) -> float:
    """When anything was published last of the estimators of a benchmark; 0 where all are
    built-in."""
    mine = select(Job.estimator).where(Job.benchmark_id == benchmark_id)
    heard = select(func.max(Plugin.seen_at)).where(Plugin.kind == KIND, Plugin.name.in_(mine))
    return session.scalar(heard) or 0.0
