"""What every route does alike: strict parameters, HEAD and OPTIONS, compression, and guards against
pages of other sites."""

import gzip
import html
import json
import re

import httpx
import pytest

from service import faults
from service.api.app import create_app
from service.config import Settings
from service.errors import ERRORS, ServiceError
from service.logs import JsonLines
from service.store.models import Base
from service.submission import parse_submission
from tests.api.conftest import SMALLEST, plain_client, served
from tests.api.test_keys import KEYS

FOREIGN = {"Origin": "https://example.org"}


@pytest.fixture(scope="module")
def serve(tmp_path_factory, broker):
    """Applications on empty databases, with these settings."""
    opened = []

    def start(**options):
        folder = tmp_path_factory.mktemp("http")
        url = f"sqlite:///{folder}/arena.db"
        app = create_app(Settings(database=url, data=folder, **options))
        Base.metadata.create_all(app.state.engine)
        server = served(app)
        client = plain_client(server.__enter__())
        opened.append((server, client))
        return client

    yield start
    for server, client in opened:
        client.close()
        server.__exit__(None, None, None)


@pytest.fixture(scope="module")
def api(serve):
    return serve()


def test_an_unknown_parameter_is_refused_with_the_closest(api):
    problem = api.get("/v1/jobs?limt=3").json()
    [fault] = problem["errors"]
    assert problem["status"] == 422 and fault["parameter"] == "limt"
    assert fault["fix"].startswith("Did you mean limit?")
    assert api.get("/v1/standings?limit=3").status_code == 422


def test_a_list_that_is_made_whole_is_read_page_by_page(api):
    """In its own order or another, and of each item what is asked for."""
    whole = [one["id"] for one in api.get("/v1/benchmarks").json()["data"]]
    read, asked = [], {"limit": 3, "fields": ["id", "title"], "sort": "-name"}
    while True:
        answer = api.get("/v1/benchmarks", params=asked)
        page = answer.json()
        assert all(one.keys() == {"id", "title"} for one in page["data"])
        read += [one["id"] for one in page["data"]]
        if page["next_cursor"] is None:
            break
        assert len(page["data"]) == 3 and page["next_cursor"] in answer.headers["Link"]
        asked["cursor"] = page["next_cursor"]
    assert read == sorted(whole, key=lambda one: one.split("@")[0], reverse=True) and len(read) > 3
    asked["cursor"] = "3-000000000000"
    assert api.get("/v1/benchmarks", params=asked).json()["data"][0]["id"] == read[3]


def test_a_repeated_parameter_is_refused(api):
    [fault] = api.get("/v1/jobs?limit=3&limit=4").json()["errors"]
    assert fault["parameter"] == "limit" and "twice" in fault["detail"]
    names = api.get(f"/v1/runs/{'0' * 32}/series?names=a&names=b")
    assert names.status_code == 404


def test_a_field_that_stands_twice_is_malformed(api):
    twice = b'{"model": {"name": "toy", "name": "structured_prediction"}}'
    answer = api.post("/v1/jobs", content=twice, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400 and "field name" in answer.json()["detail"]


@pytest.mark.parametrize("change", ["top", "nested", "list"])
def test_only_what_is_told_is_put_into_words(monkeypatch, change):
    """Twenty faults of twenty thousand: looking for close names costs most."""
    asked = []
    closest = faults.closest_name
    monkeypatch.setattr(
        faults, "closest_name", lambda name, names: asked.append(name) or closest(name, names)
    )
    many = {f"field{number}": number for number in range(20_000)}
    probe = {"kind": "probe", "model": SMALLEST["model"], "dataset": SMALLEST["dataset"]}
    value = {
        "top": SMALLEST | many,
        "nested": SMALLEST | {"training": many},
        "list": probe | {"estimators": [{"name": "mupro"}] * 20_000},
    }[change]
    with pytest.raises(ServiceError) as caught:
        parse_submission(value)
    assert len(caught.value.faults) == faults.MOST == len(asked)


def test_a_key_is_asked_for_before_the_body_is_read(serve):
    guarded = serve(api_keys=KEYS)
    for body in (b"{", b"x" * 2_000_000):
        assert guarded.post("/v1/jobs", content=body).status_code == 401


@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/estimators", "/health/live", "/", "/docs"])
def test_head_is_get_without_a_body(api, path):
    head, get = api.head(path), api.get(path, headers={"Accept-Encoding": "identity"})
    assert head.status_code == 200 and not head.content
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    assert int(head.headers["Content-Length"]) == len(get.content)


def test_head_of_an_endless_stream_ends(api):
    job = api.post("/v1/jobs", json=SMALLEST).json()
    answer = api.head(job["links"]["events"], headers={"Accept": "text/event-stream"})
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/event")


def test_options_lists_the_methods(api):
    answer = api.options("/v1/jobs")
    assert answer.status_code == 204
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert api.options("/nowhere").status_code == 404


def test_answers_are_compressed(api):
    with api.stream("GET", "/v1/estimators", headers={"Accept-Encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(packed) < len(gzip.decompress(packed)) / 4


@pytest.mark.parametrize("path", ["/v1/jobs", "/", "/v1/nowhere", "/openapi.json", "/docs"])
def test_every_answer_tells_browsers_to_be_careful(api, path):
    headers = api.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "host, status",
    [("localhost:8642", 200), ("[::1]:8642", 200), ("10.0.0.1", 200), ("example.org", 421)],
)
def test_a_name_that_is_not_ours_is_not_served(api, host, status):
    """A foreign site can point its name at the loopback, but not an address."""
    assert api.get("/v1/jobs", headers={"Host": host}).status_code == status


def test_listed_hosts_alone_are_served(serve):
    named = serve(hosts="arena.example.org, localhost", api_keys=KEYS, open_reads=True)
    asked = {
        host: named.get("/v1/jobs", headers={"Host": host}).status_code
        for host in ("arena.example.org", "localhost:1", "example.org", "127.0.0.1")
    }
    assert list(asked.values()) == [200, 200, 421, 421]


def test_pages_of_other_sites_change_nothing(api):
    before = api.get("/v1/jobs?limit=200").json()
    answer = api.post("/v1/jobs", json=SMALLEST, headers=FOREIGN)
    assert answer.status_code == 403 and answer.json()["type"] == "/problems/foreign-origin"
    assert api.get("/v1/jobs?limit=200").json() == before
    ours = api.post("/v1/jobs", json=SMALLEST, headers={"Origin": str(api.base_url).rstrip("/")})
    assert ours.status_code == 201


def test_other_origins_are_let_in_where_they_are_listed(api, serve):
    assert "Access-Control-Allow-Origin" not in api.get("/v1/jobs", headers=FOREIGN).headers
    listed = serve(cors_origins="https://example.org")
    answer = listed.post("/v1/jobs", json=SMALLEST, headers=FOREIGN)
    assert answer.status_code == 201
    assert answer.headers["Access-Control-Allow-Origin"] == FOREIGN["Origin"]
    asks = FOREIGN | {"Access-Control-Request-Method": "POST"}
    assert listed.options("/v1/jobs", headers=asks).status_code == 200


def test_the_description_is_a_page_with_nothing_from_elsewhere(api):
    page = api.get("/docs").text
    assert "http" not in page.replace("<!doctype html>", "")
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js"):
        assert f"/docs/{name}" in page and api.get(f"/docs/{name}").status_code == 200
    assert "SwaggerUIBundle" in api.get("/docs/swagger-ui-bundle.js").text


def test_every_problem_is_explained_to_people(serve):
    client = serve()
    assert all(f"/problems/{slug}" in client.get("/problems").text for slug in ERRORS)
    for slug in ERRORS:
        page = client.get(f"/problems/{slug}", headers={"Accept": "text/html"}).text
        one = client.get(f"/problems/{slug}").json()
        words = html.unescape(re.sub("<[^>]*>", "", page))
        assert len(one["explanation"]) > 30 and one["explanation"].replace("`", "") in words
        assert "`" not in words
        assert html.escape(one["title"]) in page


def test_the_request_of_a_mistake_stands_in_its_line(app, caplog):
    """And its answer holds the same number."""

    @app.get("/mistake")
    def mistake():
        return 1 / 0

    with caplog.at_level("INFO"), served(app) as url:
        caplog.handler.setFormatter(JsonLines())
        answer = httpx.get(f"{url}/mistake", headers={"X-Request-ID": "mine"})
    assert answer.status_code == 500 and answer.json()["request_id"] == "mine"
    assert answer.headers["X-Request-ID"] == "mine"
    lines = [json.loads(line) for line in caplog.handler.stream.getvalue().splitlines()]
    [told] = [line for line in lines if "ZeroDivisionError" in line.get("trace", "")]
    assert told["request"] == "mine" and told["owner"] == "local"
    assert any(line["message"].startswith("GET /mistake 500 in ") for line in lines)


def test_a_page_that_a_browser_has_keeps_its_policy(serve):
    client = serve()
    first = client.get("/scripts/live.js")
    again = client.get("/scripts/live.js", headers={"If-None-Match": first.headers["ETag"]})
    assert "Content-Security-Policy" in first.headers and again.status_code == 304
    assert "Content-Security-Policy" not in again.headers
