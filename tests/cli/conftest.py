"""A real service process on a free loopback port, and the command."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from service.cli import app
from service.embedded.arena import free_port
from service.store.base import Sessions, open_engine, session_factory
from service.store.models import Base
from tests.api.conftest import SMALLEST, plain_client
from tests.conftest import delete_rows
from tests.patience import HANG

QUICK = SMALLEST | {"seeds": [0, 1], "training": {"steps": 10}}


@dataclass
class Service:
    url: str
    database: Sessions


def gradarena(*arguments, url="http://127.0.0.1:9", stdin=None):
    """What the command prints and how it ends, in this process: half a second less than in
    its own."""
    return CliRunner().invoke(app, [*map(str, arguments)], input=stdin, env={"GRADARENA_URL": url})


def process(*arguments, url="http://127.0.0.1:9"):
    """The same in a process of its own."""
    command = [sys.executable, "-m", "service.cli", *map(str, arguments)]
    env = os.environ | {"GRADARENA_URL": url}
    return subprocess.run(command, capture_output=True, text=True, timeout=HANG, env=env)


@pytest.fixture(scope="session")
def server(tmp_path_factory, valkey):
    folder, port = tmp_path_factory.mktemp("service"), free_port()
    engine = open_engine(f"sqlite:///{folder}/arena.db")
    Base.metadata.create_all(engine)
    told = {"DATABASE": f"sqlite:///{folder}/arena.db", "DATA": str(folder), "BROKER": valkey.url}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "serve", "--port", str(port)],
            env=os.environ | {f"GRADARENA_{name}": value for name, value in told.items()},
            stdout=log,
            stderr=log,
        )
    wait(f"http://127.0.0.1:{port}", server, folder / "log")
    yield Service(f"http://127.0.0.1:{port}", session_factory(engine))
    server.terminate()
    server.wait(HANG)
    engine.dispose()


@pytest.fixture(scope="module")
def service(server):
    """The server, with nothing in its database."""
    delete_rows(server.database.kw["bind"])
    return server


def wait(url: str, server: subprocess.Popen, log: Path) -> None:
    with plain_client(url) as client:
        while server.poll() is None:
            try:
                client.get("/health/live").raise_for_status()
                return
            except httpx.TransportError:
                time.sleep(0.1)
    raise RuntimeError(log.read_text())


@pytest.fixture
def spec(tmp_path):
    """A file with an experiment of two short runs."""
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(QUICK))
    return path
