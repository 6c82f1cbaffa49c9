"""Both databases, empty for every test, and a broker: real servers, once a session."""

import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(
    tempfile.mkdtemp(prefix="arena")
)  # a short path, that a server of another user can reach
BROKER = f"redis+socket://{FOLDER}/valkey/s?virtual_host=0"
os.environ |= {
    "GRADARENA_DATA": str(FOLDER / "data"),
    "GRADARENA_BROKER": BROKER,
}  # before anybody reads them

import pytest  # noqa: E402
from sqlalchemy.pool import StaticPool  # noqa: E402

from service.store.base import open_engine  # noqa: E402
from service.store.models import Base  # noqa: E402
from tests.servers import Postgres, Valkey  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def folder():
    FOLDER.chmod(0o755)
    yield FOLDER
    shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(folder):
    """The URL of an empty database of our own; GRADARENA_TEST_POSTGRES names another server's."""
    if url := os.environ.get("GRADARENA_TEST_POSTGRES"):
        yield url
        return
    server = Postgres(folder / "pg", "fsync=off")
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def valkey(folder):
    """A Valkey server that may be killed: `lose`, `stop`, `start`."""
    server = Valkey(folder / "valkey")
    yield server
    server.stop()


def emptied(engine):
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    return engine


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The URL of a database in which there may be anything."""
    return (
        f"sqlite:///{tmp_path}/arena.db"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres")
    )


@pytest.fixture
def engine(url):
    engine = emptied(open_engine(url))
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def fast_engine(request):
    """SQLite in memory, for the state machine's many small examples."""
    options = {"url": "sqlite://", "poolclass": StaticPool} if request.param == "sqlite" else {}
    engine = emptied(open_engine(**(options or {"url": request.getfixturevalue("postgres")})))
    yield engine
    engine.dispose()
