"""Workers of the queue gpu, on a machine whose driver shows one card (a script says so): no GPU is
needed."""

import os

import pytest

from service.store import schema
from service.store.base import open_engine, session_factory
from service.store.workers import fleet_views as heard
from tests.workers.fleet import Fleet


@pytest.fixture
def fleet(tmp_path):
    """Without a broker, on SQLite."""
    url = f"sqlite:///{tmp_path}/arena.db"
    schema.upgrade_schema(url)
    engine = open_engine(url)
    fleet = Fleet(tmp_path, url, f"redis+socket://{tmp_path}/none", session_factory(engine))
    yield fleet
    fleet.stop()
    engine.dispose()


def with_driver(fleet, script):
    program = fleet.folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    fleet.environment |= {"PATH": f"{fleet.folder}{os.pathsep}{os.environ['PATH']}"}


def test_one_card_one_worker(fleet):
    with_driver(fleet, "echo 'GPU-1, NVIDIA H100'")
    fleet.start("g0", "gpu")
    fleet.ready()
    with fleet.database.begin() as session:
        (view,) = heard(session)
    assert view.worker.device_class == "NVIDIA H100" and view.worker.queues == ["gpu"]
    fleet.start("g1", "gpu")
    assert fleet.processes["g1"].wait(120) == 1
    assert "1 GPUs here, and none is free" in (fleet.folder / "g1.log").read_text()


def test_no_card_no_worker(fleet):
    with_driver(fleet, "exit 9")
    fleet.start("g0", "gpu")
    assert fleet.processes["g0"].wait(120) == 1
    assert "A worker of the queue gpu wants a GPU" in (fleet.folder / "g0.log").read_text()
