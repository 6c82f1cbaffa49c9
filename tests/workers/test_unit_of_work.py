"""What a worker writes while its database comes and goes."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from service.store import schema
from service.store.base import open_engine, session_factory
from workers import unit_of_work
from workers.newer_schema import refuse_newer_schema
from workers.unit_of_work import persist_unit


@pytest.fixture
def database(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/arena.db")
    yield session_factory(engine)
    engine.dispose()


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """In place of sleeping."""
    slept = []
    monkeypatch.setattr(unit_of_work, "sleep", slept.append)
    return slept


def away():
    return OperationalError("SELECT 1", {}, Exception("the server closed the connection"))


def test_a_unit_is_tried_again_while_the_database_is_away(database, pauses):
    outages = [away(), away()]

    def action(session):
        if outages:
            raise outages.pop()
        return session.scalar(text("SELECT 7"))

    assert persist_unit(database, action, patience=60) == 7
    assert len(pauses) == 2


def test_patience_ends(database, pauses):
    def action(session):
        raise away()

    with pytest.raises(OperationalError):
        persist_unit(database, action, patience=-1)
    assert pauses == []


def test_what_is_no_outage_is_not_tried_again(database, pauses):
    with pytest.raises(ZeroDivisionError):
        persist_unit(database, lambda session: 1 / 0, patience=60)
    assert pauses == []


def test_a_newer_schema_ends_the_process_and_an_outage_does_not(database, monkeypatch):
    def raising(error):
        def check(engine):
            raise error

        monkeypatch.setattr(schema, "check_known", check)

    raising(schema.TooNew("the database is of a later version"))
    with pytest.raises(SystemExit, match="later version"):
        refuse_newer_schema(database)
    raising(away())
    refuse_newer_schema(database)
