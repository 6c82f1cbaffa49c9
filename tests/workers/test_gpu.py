"""Workers of the queue gpu.  Where no GPU is needed, a script stands for the driver."""

import os

import pytest
import torch

from service.store import schema
from service.store.base import open_engine, session_factory
from service.store.workers import fleet_views
from tests.workers.fleet import Fleet
from workers.device import Gpu, claim_gpu

CARD = Gpu("GPU-1", "NVIDIA H100")


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


def refusal(fleet):
    """The last line of a worker of the queue gpu that ends at once."""
    fleet.start("g0", "gpu")
    assert fleet.processes["g0"].wait(120) == 1
    return (fleet.folder / "g0.log").read_text().splitlines()[-1]


def test_a_card_that_is_claimed_is_refused(fleet):
    with_driver(fleet, f"echo '{CARD.uuid}, {CARD.name}'")
    claim = claim_gpu(fleet.folder / "gpus", [CARD])
    assert "1 GPUs here, and none is free" in refusal(fleet)
    claim.file.close()


@pytest.mark.skipif(torch.cuda.is_available(), reason="torch sees a device here")
def test_a_card_that_torch_does_not_see_is_refused(fleet):
    with_driver(fleet, f"echo '{CARD.uuid}, {CARD.name}'")
    assert "torch" in (why := refusal(fleet)) and "sees no device of the kind cuda" in why


@pytest.mark.gpu
def test_one_card_one_worker(fleet):
    fleet.start("g0", "gpu")
    fleet.ready()
    with fleet.database.begin() as session:
        (view,) = fleet_views(session)
    assert view.worker.queues == ["gpu"]
    assert view.worker.device_class == torch.cuda.get_device_name()
    fleet.start("g1", "gpu")
    assert fleet.processes["g1"].wait(120) == 1
    assert "none is free" in (fleet.folder / "g1.log").read_text()


def test_no_card_no_worker(fleet):
    with_driver(fleet, "exit 9")
    assert "A worker of the queue gpu wants a GPU" in refusal(fleet)
