"""Migrations and models say the same, on both databases, and every step can be taken back."""

import os
import subprocess
import sys
import time

import pytest
from alembic import command
from sqlalchemy import Engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from service.store import base, schema
from service.store.base import open_engine
from service.store.models import Base

TABLE = "alembic_version"


@pytest.fixture
def empty(url):
    """A database with nothing in it."""
    if url.startswith("sqlite"):
        yield url
        return
    server = open_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS migrated")
        connection.exec_driver_sql("CREATE DATABASE migrated")
    yield make_url(url).set(database="migrated").render_as_string(hide_password=False)
    server.dispose()


def plain(row) -> str:
    """A row of the inspector's; types and conditions as they print."""
    if isinstance(row, dict):
        return str({name: plain(value) for name, value in sorted(row.items())})
    return str(row)


def shape(engine: Engine) -> dict:
    """Tables with their columns, keys, constraints and indexes."""
    found, kinds = (
        inspect(engine),
        ("columns", "foreign_keys", "unique_constraints", "check_constraints", "indexes"),
    )
    return {
        table: {"pk": found.get_pk_constraint(table)}
        | {
            kind: sorted(plain(row) for row in getattr(found, f"get_{kind}")(table))
            for kind in kinds
        }
        for table in found.get_table_names()
        if table != TABLE
    }


def seen(url: str) -> dict:
    engine = open_engine(url)
    try:
        return shape(engine)
    finally:
        engine.dispose()


def test_up_down_up(empty):
    schema.upgrade_schema(empty)
    once = seen(empty)
    assert once.keys() == Base.metadata.tables.keys()
    schema.downgrade_schema(empty)
    assert seen(empty) == {}
    schema.upgrade_schema(empty)
    assert seen(empty) == once


def test_models_and_migrations_agree(empty):
    schema.upgrade_schema(empty)
    migrated = seen(empty)
    command.check(schema.alembic_config(empty))
    schema.downgrade_schema(empty)
    engine = open_engine(empty)
    Base.metadata.create_all(engine)
    assert shape(engine) == migrated
    engine.dispose()


def test_check_sees_a_difference(empty):
    schema.upgrade_schema(empty)
    engine = open_engine(empty)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE jobs ADD COLUMN surplus INTEGER"))
        connection.execute(text("DROP INDEX bundles_of_owner"))
    with pytest.raises(Exception, match=r"(?s)remove_column.*surplus|surplus.*remove_column"):
        command.check(schema.alembic_config(empty))
    engine.dispose()


def test_two_at_once(empty):
    environment = os.environ | {"GRADARENA_DATABASE": empty}
    both = [
        subprocess.Popen([sys.executable, "-m", "migrations"], env=environment) for _ in range(2)
    ]
    assert [process.wait(60) for process in both] == [0, 0]
    engine = open_engine(empty)
    assert schema.current_revision(engine) == schema.head_revision()
    engine.dispose()


def test_an_empty_database_is_at_no_revision(empty):
    engine = open_engine(empty)
    assert schema.current_revision(engine) is None
    engine.dispose()


def put(engine, table, **row):
    """A row, in the columns of a schema that models no longer know."""
    values = ", ".join(f"'{value}'" for value in row.values())
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"))


def column(engine, query):
    with engine.begin() as connection:
        return list(connection.execute(text(query)).scalars())


def put_job(engine, id, **more):
    about = {"owner": "a", "spec": "{}", "spec_hash": "h", "steps": 9, "labels": "{}", "version": 1}
    put(engine, "jobs", id=id, **about, created_at=1.0, **more)
    put(engine, "events", job_id=id, number=1, type="submitted", data="{}", at=1.0)
    put(engine, "idempotency", owner="a", key=id, fingerprint="f", job_id=id, created_at=1.0)


def test_jobs_of_before_probes_train_and_outlive_a_way_back(empty):
    schema.upgrade_schema(empty, "0001")
    engine, ids = open_engine(empty), [f"{digit}" * 32 for digit in (1, 2)]
    put(engine, "benchmarks", id="b", definition="{}", created_at=1.0)
    put_job(engine, ids[0], benchmark_id="b", cell_id="c", estimator="half")
    schema.upgrade_schema(empty)
    put_job(engine, ids[1], kind="probe")
    assert column(engine, "SELECT kind FROM jobs ORDER BY kind") == ["probe", "train"]
    schema.downgrade_schema(empty, "0001")
    for table in ("jobs", "events", "idempotency"):
        assert column(engine, f"SELECT count(*) FROM {table}") == [1]
    schema.upgrade_schema(empty)
    assert column(engine, "SELECT kind FROM jobs") == ["train"]
    engine.dispose()


def test_ended_runs_of_before_keep_the_checkpoint_of_their_step_or_none(empty):
    schema.upgrade_schema(empty, "0002")
    engine, run, bundle = open_engine(empty), "{}1" + "0" * 30, "b" * 32
    put(engine, "benchmarks", id="b", definition="{}", created_at=1.0)
    put_job(engine, "a" * 32, benchmark_id="b", cell_id="c", estimator="half")
    where = {
        "job_id": "a" * 32,
        "owner": "a",
        "queue": "cpu",
        "priority": 0,
        "turn": 0,
        "width": 2,
        "steps": 9,
    }
    stands = {"state": "closed", "step": 9, "checkpoint": "at 9", "attempt": 1, "strikes": 0}
    put(engine, "bundles", id=bundle, **where, **stands, start=0, progress=9)
    for lane, step in enumerate((5, 9)):
        ended = {
            "state": "cancelled",
            "reason": "cancelled",
            "step": step,
            "ended_at": 2.0,
            "cancel": 0,
        }
        place = {
            "job_id": "a" * 32,
            "bundle_id": bundle,
            "lane": lane,
            "number": lane,
            "seed": lane,
        }
        put(engine, "runs", id=run.format(lane), **place, setting="{}", **ended)
    schema.upgrade_schema(empty)
    assert column(engine, "SELECT checkpoint FROM runs ORDER BY step") == [None, "at 9"]
    engine.dispose()


def test_a_transaction_that_stands_is_ended_and_a_backup_s_is_not(postgres, monkeypatch):
    """Whoever was frozen in one would hold its locks for ever."""
    monkeypatch.setattr(base, "IDLE", 100)
    engine = base.open_engine(postgres)
    with engine.begin() as connection:
        base.let_stand(connection)
        connection.execute(text("SELECT 1"))
        time.sleep(0.3)
        connection.execute(text("SELECT 1"))
    with pytest.raises(OperationalError), engine.begin() as connection:
        connection.execute(text("SELECT 1"))
        time.sleep(0.3)
        connection.execute(text("SELECT 1"))
    engine.dispose()


@pytest.mark.parametrize(("query", "prepares"), [("", True), ("?pooled=yes", False)])
def test_behind_a_pooler_no_statement_is_prepared(query, prepares):
    engine, arguments = open_engine(f"postgresql+psycopg://ada@nowhere/arena{query}"), {}

    def connect(dialect, record, words, named):
        arguments.update(named)
        raise OperationalError("", {}, Exception("nowhere"))

    event.listen(engine, "do_connect", connect)
    with pytest.raises(OperationalError):
        engine.connect()
    assert arguments["dbname"] == "arena" and "pooled" not in arguments
    assert ("prepare_threshold" not in arguments) == prepares
