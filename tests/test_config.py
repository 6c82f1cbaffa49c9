"""Settings come from the environment, from files that it names, and from the data folder."""

import pytest
from pydantic import ValidationError

from service.config import Settings, settings
from service.environment import BadSettings, strange_lines


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


def test_postgresql_goes_by_its_short_names(monkeypatch):
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        monkeypatch.setenv("GRADARENA_DATABASE", f"{scheme}://a@b/c")
        assert Settings().database == "postgresql+psycopg://a@b/c"


def test_bad_settings_are_named_by_their_variables(monkeypatch):
    settings.cache_clear()
    monkeypatch.setenv("GRADARENA_LEASE", "soon")
    monkeypatch.setenv("GRADARENA_DATABASE", "mysql://a/b")
    with pytest.raises(BadSettings) as raised:
        settings()
    lines = str(raised.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["GRADARENA_DATABASE", "GRADARENA_LEASE"]
    assert "postgresql://" in lines[0]


def test_names_that_nobody_reads_are_told():
    names = ["GRADARENA_DATABSE", "GRADARENA_DATABASE_FILE", "GRADARENA_URL", "PATH"]
    assert strange_lines(names, Settings.model_fields) == [
        "GRADARENA_DATABSE is no setting; GRADARENA_DATABASE is."
    ]
