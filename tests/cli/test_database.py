"""What operators do with a database: bring it up and back, write it into a file, read that."""

import pytest
from sqlalchemy import insert, select, text

from service.config import Settings
from service.store import jobs, schema
from service.store.base import open_engine, session_factory
from service.store.models import Base, Bundle, Chunk, Job, Run
from tests.store.world import plan

from .conftest import gradarena


@pytest.fixture
def install(monkeypatch):
    """Makes the commands speak of an installation in this folder."""

    def choose(folder):
        told = Settings(
            data=folder, database=f"sqlite:///{folder}/arena.db", artifacts=f"file://{folder}/files"
        )
        monkeypatch.setattr("service.config.settings", lambda: told)
        return open_engine(told.database)

    return choose


def test_up_and_down_and_status(install, tmp_path):
    install(tmp_path)
    newest, before = schema.known_revisions()[:2]
    assert gradarena("migrate", "status").exit_code == 1
    assert newest in gradarena("migrate", "up").stdout
    assert gradarena("migrate", "status").exit_code == 0
    assert gradarena("migrate", "down", before).exit_code == 0
    assert before in gradarena("migrate", "status").stdout
    assert gradarena("migrate", "down", "9999").exit_code == 2


@pytest.mark.parametrize(
    "words", [("migrate", "status"), ("backup", "arena.zip"), ("keys", "list", "--here")]
)
def test_a_database_that_is_away_or_empty_is_said_so(monkeypatch, tmp_path, words):
    """In a line, without the password, and with what to do; never a traceback."""
    away = Settings(data=tmp_path, database="postgresql://u:secret@127.0.0.1:1/x")
    monkeypatch.setattr("service.config.settings", lambda: away)
    done = gradarena(*words)
    assert done.exit_code == 1 and "refused.  Is it up?" in " ".join(done.stderr.split("\n"))
    assert "u:***@127.0.0.1:1" in done.stderr and "secret" not in done.stderr
    empty = Settings(data=tmp_path, database=f"sqlite:///{tmp_path}/none.db")
    monkeypatch.setattr("service.config.settings", lambda: empty)
    done = gradarena(*words)
    assert done.exit_code == 1 and "None" not in done.stdout + done.stderr
    assert ("schema" if words[0] != "keys" else "gradarena migrate up") in done.stdout + done.stderr


def test_older_code_refuses_a_newer_schema_and_tells_the_way_out(install, tmp_path):
    engine = install(tmp_path)
    gradarena("migrate", "up")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for command in (("migrate", "up"), ("migrate", "status"), ("migrate", "down", "0005")):
        done = gradarena(*command)
        assert done.exit_code == 1 and "9999, which this version does not know" in done.stderr
    with pytest.raises(schema.TooNew, match="gradarena migrate down"):
        schema.check_known(engine)


def test_a_backup_is_restored_row_for_row(install, tmp_path):
    engine = install(tmp_path / "one")
    gradarena("migrate", "up")
    name = f"{'0' * 32}/1/5.{'0' * 64}.safetensors"
    with session_factory(engine).begin() as session:
        job = jobs.submit_job(session, "ada", plan({"seeds": [1, 2], "steps": 10}))
        bundle = session.scalars(select(Bundle)).one()
        bundle.step, bundle.checkpoint = 5, name
        run = session.scalars(select(Run)).first()
        session.execute(
            insert(Chunk).values(
                run_id=run.id, name="cost", first=0, last=5, values=bytes(range(40))
            )
        )
    file = tmp_path / "one" / "files" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(b"weights")
    rows = [tables(engine)]
    assert gradarena("backup", tmp_path / "arena.zip").stdout.endswith("1 jobs, 2 runs.\n")

    other = install(tmp_path / "two")
    assert gradarena("restore", tmp_path / "arena.zip").exit_code == 0
    rows.append(tables(other))
    assert rows[0] == rows[1] and str(job.id) in rows[0]["jobs"]
    assert (tmp_path / "two" / "files" / name).read_bytes() == b"weights"
    again = gradarena("restore", tmp_path / "arena.zip")
    assert again.exit_code == 1 and "not empty" in again.stderr
    with session_factory(other).begin() as session:
        assert session.scalars(select(Job)).one().owner == "ada"


def tables(engine):
    with engine.connect() as connection:
        return {
            name: str([tuple(map(str, row)) for row in connection.execute(select(table))])
            for name, table in Base.metadata.tables.items()
        }
