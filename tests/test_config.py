"""Settings come from the environment, from files that it names, and from the data folder."""

import pytest
from pydantic import ValidationError

from service.config import Settings


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    for name in ("DATABASE", "BROKER", "DATA", "ARTIFACTS", "LEASE", "TICK"):
        monkeypatch.delenv(f"GRADARENA_{name}", raising=False)


def test_everything_has_a_place_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    known = Settings()
    assert known.data == tmp_path / "gradarena"
    assert known.database == f"sqlite:///{tmp_path}/gradarena/arena.db"
    assert known.artifacts == f"file://{tmp_path}/gradarena/artifacts"


def test_the_environment_decides(monkeypatch):
    monkeypatch.setenv("GRADARENA_DATA", "/somewhere")
    monkeypatch.setenv("GRADARENA_LEASE", "4")
    known = Settings()
    assert (
        known.database == "sqlite:////somewhere/arena.db" and known.lease == 4 and known.beat == 1
    )


def test_a_beat_is_never_long(monkeypatch):
    monkeypatch.setenv("GRADARENA_LEASE", "600")
    assert Settings().beat == 2


def test_a_secret_may_stand_in_a_file(monkeypatch, tmp_path):
    secret = tmp_path / "database"
    secret.write_text("postgresql+psycopg://a:b@c/d\n")
    monkeypatch.setenv("GRADARENA_DATABASE", "sqlite://")
    monkeypatch.setenv("GRADARENA_DATABASE_FILE", str(secret))
    assert Settings().database == "postgresql+psycopg://a:b@c/d"


def test_a_secret_that_is_missing_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADARENA_DATABASE_FILE", str(tmp_path / "nothing"))
    with pytest.raises(FileNotFoundError):
        Settings()


@pytest.mark.parametrize("name, value", [("LEASE", "0"), ("TICK", "-1"), ("LEASE", "soon")])
def test_nonsense_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"GRADARENA_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()
