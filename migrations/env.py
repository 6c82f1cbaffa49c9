"""Alembic's entry: runs revisions in one transaction that nobody else's migration can enter."""

from alembic import context
from sqlalchemy import Connection, event

from service.config import settings
from service.store.base import open_engine
from service.store.models import Base

LOCK = 0x6772_6164  # of PostgreSQL's advisory locks; on SQLite, BEGIN IMMEDIATE is the lock


def run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


engine = open_engine(context.config.attributes.get("url") or settings().database)
if (
    engine.dialect.name == "sqlite"
):  # a table that is rebuilt is dropped first, and others refer to it
    event.listen(
        engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF")
    )
with engine.begin() as connection:
    run(connection)
engine.dispose()
