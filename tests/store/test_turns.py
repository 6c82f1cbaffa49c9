"""Threads of one process write to SQLite one after the other, and keep no turn that is over."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from service.store.base import open_engine, reading_engine, session_factory

ADD = text("INSERT INTO t VALUES (:x)")


@pytest.fixture
def impatient(tmp_path):
    """Where SQLite itself does not wait for a lock at all, and one table."""
    engine = open_engine(f"sqlite:///{tmp_path}/t.db", pool_size=20)
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=0"))
    with session_factory(engine).begin() as session:
        session.execute(text("CREATE TABLE t (x INTEGER PRIMARY KEY)"))
    yield engine
    engine.dispose()


def add(engine, *numbers) -> None:
    with session_factory(engine).begin() as session:
        for x in numbers:
            session.execute(ADD, {"x": x})


def stored(engine) -> int:
    with session_factory(reading_engine(engine)).begin() as session:
        return session.execute(text("SELECT count(*) FROM t")).scalar_one()


def test_threads_never_find_the_database_locked(impatient):
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda x: add(impatient, x), range(400)))
    assert stored(impatient) == 400


def test_the_turn_is_over_with_the_transaction(impatient):
    """However it ends, and while the connection lives on."""
    add(impatient, 1)
    with pytest.raises(IntegrityError):
        add(impatient, 2, 1)
    with impatient.connect() as kept:
        with kept.begin():
            kept.execute(ADD, {"x": 3})
        add(impatient, 4)
        with pytest.raises(ZeroDivisionError), kept.begin():
            kept.execute(ADD, {"x": 1 // 0})
        add(impatient, 5)
        kept.begin()
        kept.invalidate()
    add(impatient, 6)
    assert stored(impatient) == 5


def test_who_only_reads_waits_for_no_turn(impatient):
    with impatient.begin() as writer:
        writer.execute(ADD, {"x": 1})
        assert stored(impatient) == 0
    assert stored(impatient) == 1


def test_another_process_is_found_locked_and_no_turn_is_kept(impatient):
    """An engine of its own stands for the process: it has another queue."""
    other = open_engine(str(impatient.url))
    with other.begin():
        with pytest.raises(OperationalError, match="database is locked"):
            add(impatient, 1)
    add(impatient, 2)
    other.dispose()
    assert stored(impatient) == 1
