"""A desk: where supervisors are made."""

import sys

import pytest

from service.config import Settings
from service.store.base import session_factory
from tests.workers.desk import HEAD, ME, RUNNERS
from workers import process
from workers.supervise import Supervisor


@pytest.fixture
def desk(engine, tmp_path, monkeypatch):
    """Makes a supervisor whose runner does this."""
    made = []

    def make(runner, **more):
        settings = Settings(database=str(engine.url), data=tmp_path, lease=2, grace=0.5, **more)
        script = HEAD + RUNNERS[runner] if runner in RUNNERS else "raise SystemExit(3)"
        monkeypatch.setattr(process, "COMMAND", [sys.executable, "-c", script])
        made.append(Supervisor(session_factory(engine), settings, ME))
        return made[-1]

    yield make
    for supervisor in made:
        supervisor.close()
