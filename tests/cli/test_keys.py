"""Keys are made, listed and revoked: through the service, and on its database for the first one."""

import json

from service.config import Settings
from service.store.base import open_engine
from service.store.models import Base

from .conftest import gradarena


def test_keys_through_the_service(service):
    made = gradarena("keys", "make", "ada", "--scope", "read", "--json", url=service.url)
    key = json.loads(made.stdout)
    assert key["key"].startswith("ga_") and key["scope"] == "read"
    assert key["id"] in gradarena("keys", "list", url=service.url).stdout
    assert gradarena("keys", "revoke", key["id"], url=service.url).exit_code == 0
    [row] = json.loads(gradarena("keys", "list", "--json", url=service.url).stdout)
    assert row["revoked_at"] and "key" not in row


def test_the_first_key_is_made_on_the_database(monkeypatch, tmp_path):
    url = f"sqlite:///{tmp_path}/arena.db"
    Base.metadata.create_all(open_engine(url))
    monkeypatch.setattr("service.config.settings", lambda: Settings(database=url, data=tmp_path))
    made = gradarena("keys", "make", "root", "--scope", "admin", "--here")
    assert made.stdout.startswith("ga_")
    [row] = json.loads(gradarena("keys", "list", "--here", "--json").stdout)
    assert row["owner"] == "root" and row["expires_at"] is None
    assert gradarena("keys", "revoke", row["id"], "--here").exit_code == 0
    assert gradarena("keys", "revoke", "0" * 32, "--here").exit_code == 2
    assert gradarena("keys", "make", "a b", "--here").exit_code == 2
