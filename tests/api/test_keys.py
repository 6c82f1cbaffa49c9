"""Where keys are set, writing wants one, and the job is its owner's."""

import hashlib

import httpx
import pytest

from service.api.app import create_app
from service.api.deps import key_owners
from tests.api.conftest import SMALLEST, served

KEYS = f"""
# owner, SHA-256 of the key
ada   {hashlib.sha256(b"first").hexdigest()}
grace {hashlib.sha256(b"second").hexdigest().upper()}  # has left
"""


@pytest.fixture
def guarded(engine, settings, broker):
    with served(create_app(settings.model_copy(update={"api_keys": KEYS}))) as url:
        yield lambda method, path, **options: httpx.request(method, url + path, **options)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("header", [None, "Bearer third", "Basic first", "Bearer", "first"])
def test_nobody_else_may_write(guarded, header):
    headers = {"Authorization": header} if header else {}
    for path in ("/v1/jobs", f"/v1/jobs/{'0' * 32}/cancel", f"/v1/jobs/{'0' * 32}/retry"):
        answer = guarded("POST", path, json=SMALLEST, headers=headers)
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json()["type"] == "/problems/unauthorized"
    assert guarded("GET", "/v1/jobs").json()["data"] == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("key, owner", [("first", "ada"), ("second", "grace")])
def test_a_job_is_its_owners(guarded, key, owner):
    answer = guarded("POST", "/v1/jobs", json=SMALLEST, headers={"Authorization": f"bearer {key}"})
    assert answer.status_code == 201 and answer.json()["owner"] == owner


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_without_keys_the_owner_is_local(job):
    assert job["owner"] == "local"


def test_a_key_file_is_read():
    assert sorted(key_owners(KEYS).values()) == ["ada", "grace"] and key_owners("") == {}
    assert all(digest == digest.lower() for digest in key_owners(KEYS))
