"""The real application over HTTP, on both databases, with a real broker."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import sleep

import httpx
import pytest
import uvicorn
from alembic import command

from service.api.app import create_app
from service.config import Settings
from service.store import schema
from service.store.base import session_factory
from tests.patience import HANG

SMALLEST = {
    "model": {"name": "structured_prediction"},
    "estimator": {"name": "muprop"},
    "dataset": {"name": "digits"},
}


@contextmanager
def served(app, port=0) -> Iterator[str]:
    """The address of a server in a thread of this process."""
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_level="error", timeout_graceful_shutdown=1)
    )
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def plain_client(url) -> httpx.Client:
    """Without the certificates that HTTP never asks for; loading them is most of a short test."""
    return httpx.Client(base_url=url, timeout=HANG, verify=False)


@pytest.fixture(scope="session")
def broker(valkey):
    """The bell rings there."""
    return valkey


@pytest.fixture
def migrated(engine, url):
    """The database says that it has the newest schema."""
    command.stamp(schema.alembic_config(url), "head")
    yield
    command.stamp(schema.alembic_config(url), "base")


@pytest.fixture
def settings(url, tmp_path):
    return Settings(database=url, data=tmp_path)


@pytest.fixture
def app(engine, settings, broker):
    return create_app(settings)


@pytest.fixture
def api(app):
    """A client of the served application."""
    with served(app) as url, plain_client(url) as client:
        yield client


@pytest.fixture
def database(engine):
    return session_factory(engine)


@pytest.fixture
def job(api):
    """A job that was just submitted."""
    answer = api.post("/v1/jobs", json=SMALLEST)
    assert answer.status_code == 201
    return answer.json()
