"""Where keys are asked for, each opens what its scope says, and a job is its owner's."""

import base64
import hashlib

import httpx
import pytest

from service.access import KeyFileError, KeyRing, read_key_lines
from service.api.app import create_app
from service.config import Settings
from service.scopes import Identity, Scope
from tests.api.conftest import SMALLEST, plain_client, served

DIGESTS = {
    name: hashlib.sha256(name.encode()).hexdigest() for name in ("first", "second", "looks", "root")
}
KEYS = f"""
# owner, SHA-256 of the key, scope, last day
ada   {DIGESTS["first"]}
grace {DIGESTS["second"].upper()} submit 2999-12-31  # stays
eve   {DIGESTS["looks"]} read
root  {DIGESTS["root"]} admin
"""
sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def guarded(engine, settings, broker):
    app = create_app(settings.model_copy(update={"api_keys": KEYS}))
    with served(app) as url, plain_client(url) as client:
        yield client.request


@sqlite
@pytest.mark.parametrize("header", [None, "Bearer third", "Basic first", "Bearer", "first"])
def test_nobody_else_is_let_in(guarded, header):
    headers = {"Authorization": header} if header else {}
    for path in ("/v1/jobs", f"/v1/jobs/{'0' * 32}/cancel", "/v1/nothing"):
        for method in ("GET", "POST"):
            answer = guarded(method, path, headers=headers)
            assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
            assert answer.json()["type"] == "/problems/unauthorized"
    assert guarded("GET", "/health/live", headers=headers).status_code < 402
    assert guarded("GET", "/problems").status_code == 200


@sqlite
def test_reading_may_be_for_everybody(engine, settings, broker):
    opened = settings.model_copy(update={"api_keys": KEYS, "open_reads": True})
    with served(create_app(opened)) as url:
        assert httpx.get(url + "/v1/jobs").status_code == 200
        assert httpx.post(url + "/v1/jobs", json=SMALLEST).status_code == 401
        assert httpx.get(url + "/v1/keys").status_code == 403


@sqlite
def test_browsers_show_a_key_as_password(guarded):
    page = guarded("GET", "/", headers={"Accept": "text/html"})
    assert page.status_code == 401 and page.headers["WWW-Authenticate"].startswith("Basic")
    shown = {"Authorization": "Basic " + base64.b64encode(b"any:first").decode()}
    assert guarded("GET", "/v1/jobs", headers=shown).status_code == 200
    assert guarded("POST", "/v1/jobs", json=SMALLEST, headers=shown).status_code == 201


@sqlite
def test_a_job_is_its_owners(guarded):
    made = guarded("POST", "/v1/jobs", json=SMALLEST, headers=bearer("first"))
    assert made.status_code == 201 and made.json()["owner"] == "ada"
    path = made.json()["links"]["self"]
    for key in ("second", "looks"):
        for verb in ("cancel", "retry"):
            answer = guarded("POST", f"{path}/{verb}", headers=bearer(key))
            assert answer.status_code == 403, answer.text
        more = {"json": {"seeds": 1}, "headers": bearer(key)}
        assert guarded("POST", f"{path}/extend", **more).status_code == 403
        change = {"json": {"archived": True}, "headers": bearer(key)}
        assert guarded("PATCH", path, **change).status_code == 403
        assert guarded("DELETE", path, headers=bearer(key)).status_code == 403
    assert guarded("GET", path, headers=bearer("looks")).status_code == 200
    assert guarded("POST", f"{path}/cancel", headers=bearer("first")).status_code == 200
    assert guarded("POST", f"{path}/retry", headers=bearer("root")).status_code == 200


@sqlite
def test_priority_is_a_scope(guarded):
    urgent = {**SMALLEST, "priority": 1}
    assert guarded("POST", "/v1/jobs", json=urgent, headers=bearer("first")).status_code == 403
    assert guarded("POST", "/v1/jobs", json=urgent, headers=bearer("root")).status_code == 201


def test_admins_make_and_revoke_keys(guarded):
    wanted = {"owner": "lin", "scope": "submit", "days": 1}
    assert guarded("POST", "/v1/keys", json=wanted, headers=bearer("first")).status_code == 403
    made = guarded("POST", "/v1/keys", json=wanted, headers=bearer("root")).json()
    key = bearer(made.pop("key"))
    assert guarded("POST", "/v1/jobs", json=SMALLEST, headers=key).json()["owner"] == "lin"
    assert guarded("GET", "/v1/keys", headers=bearer("root")).json()["data"] == [made]
    revoked = guarded("POST", f"/v1/keys/{made['id']}/revoke", headers=bearer("root"))
    assert revoked.json()["revoked_at"] is not None
    assert guarded("GET", "/v1/jobs", headers=key).status_code == 401


@sqlite
def test_without_keys_the_owner_is_local(job):
    assert job["owner"] == "local"


def test_a_key_file_is_read():
    openings = read_key_lines(KEYS)
    assert openings[DIGESTS["second"]].identity == Identity("grace", Scope.SUBMIT)
    assert openings[DIGESTS["looks"]].identity.scope == Scope.READ
    assert len(openings) == 4 and read_key_lines("\n# nobody\n") == {}


@pytest.mark.parametrize(
    "line", ["ada", "ada first", f"ada {'0' * 64} fly", f"ada {'0' * 64} read soon", "a b c d e"]
)
def test_a_malformed_key_file_stops_the_start_with_its_line(line):
    with pytest.raises(KeyFileError, match="Line 2 "):
        KeyRing(Settings(api_keys=f"\n{line}\n"), sessions=None)


def test_a_key_ends_on_its_last_day():
    lines = f"ada {DIGESTS['first']} read 2001-01-01\nada {DIGESTS['second']} read 2999-01-01"
    ring = KeyRing(Settings(api_keys=lines), sessions=None)
    assert ring.find("first") is None and ring.find("second") == Identity("ada", Scope.READ)


@sqlite
def test_an_answer_that_was_lost_comes_again_with_the_same_key(api):
    headers = {"Idempotency-Key": "kept-by-nobody-but-the-client"}
    make = lambda **body: api.post("/v1/keys", json={"owner": "ada", **body}, headers=headers)
    first, again = make(days=0.1), make(days=0.1)
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert len(api.get("/v1/keys").json()["data"]) == 1
    for other in ({"days": 0.2}, {}, {"days": 0.1, "scope": "read"}):
        assert make(**other).json()["type"] == "/problems/key-reused"
    short = api.post("/v1/keys", json={"owner": "ada"}, headers={"Idempotency-Key": "guessed"})
    assert short.status_code == 422 and "22 characters" in short.json()["errors"][0]["fix"]
