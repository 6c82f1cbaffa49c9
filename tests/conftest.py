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
    # processes of which several run at once: each thread more would only wait for a core
    "OMP_NUM_THREADS": "1",
    # one way for this process and all others, on whatever processor
    "GRADARENA_PRODUCTS": "shipped",
}  # before anybody reads them

import pytest  # noqa: E402
from sqlalchemy import text  # noqa: E402
from sqlalchemy.pool import StaticPool  # noqa: E402

from analysis.ledger import bundles  # noqa: E402
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
    """Without a row.  PostgreSQL makes a table in longer than it takes to empty it, and truncates
    it in longer than it takes to delete the few rows of a test."""
    if engine.dialect.name == "postgresql" and has_our_columns(engine):
        delete_rows(engine)
    else:
        Base.metadata.drop_all(engine)
        Base.metadata.create_all(engine)
    return engine


def delete_rows(engine):
    """Of all tables, those first that point to others."""
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
)
OURS = {
    (table.name, column.name) for table in Base.metadata.tables.values() for column in table.columns
}


def has_our_columns(engine):
    """Whether the tables are those of the models: a test of the schema may leave others."""
    with engine.connect() as connection:
        columns = {tuple(row) for row in connection.execute(text(COLUMNS))}
    return {column for column in columns if column[0] != "alembic_version"} == OURS


# Files that take longest: begun last, one of them would be waited for.
LONGEST = [
    f"test_{name}.py"
    for name in (
        "readme", "fleet", "end_to_end", "oracle", "contract", "schemathesis", "browser", "pages",
        "demo", "up", "judge", "moving", "probe_command", "machine", "benchmarks", "runner",
    )
]  # fmt: skip


def order_of(item):
    """Its file's place among those that take longest, which come first."""
    name = item.path.name
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)


def pytest_collection_modifyitems(items):
    """The longest first.  Those that want a GPU are skipped where torch sees none; nothing else is
    tried in their place."""
    items.sort(key=order_of)
    wanting = [item for item in items if item.get_closest_marker("gpu")]
    if wanting and (why := missing_gpu()):
        for item in wanting:
            item.add_marker(pytest.mark.skip(reason=why))


def missing_gpu():
    """Why no test of a GPU can run here; None where one can."""
    import torch

    return None if torch.cuda.is_available() else f"torch {torch.__version__} sees no GPU here"


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


@pytest.fixture
def nothing_ships(monkeypatch, tmp_path):
    """As if no results had come with the package: boards are of what a test enters alone."""
    caches = (bundles.ships, bundles.shipped_ledger, bundles.shipped_board)
    with monkeypatch.context() as patch:
        patch.setattr(bundles, "FOLDER", tmp_path)
        for cached in caches:
            cached.cache_clear()
        yield
    for cached in caches:
        cached.cache_clear()
