"""Every bad submission is told what is wrong, where, and what would be right; and nothing of it is
stored."""

import json

import pytest
from sqlalchemy import func, select

from estimators.specs.datasets import DATASETS
from service.api.app import create_app
from service.config import Settings
from service.store.models import Base
from tests.api.conftest import SMALLEST, plain_client, served

JSON = {"Content-Type": "application/json"}
MANY = list(range(10_000))
LAYERS = [{"family": "bernoulli", "n": 0}, {"family": "foo"}]
CASES = {  # what is wrong: (what to change, status, pointers, words of the first fault)
    "misspelt": ({"trainng": {}}, "invalid", ["/trainng"], "Did you mean training?"),
    "misspelt below": (
        {"training": {"stepz": 5}},
        "invalid",
        ["/training/stepz"],
        "Did you mean steps?",
    ),
    "misspelt far below": (
        {"estimator": {"name": "nvil", "signal": {"center": True}}},
        "invalid",
        ["/estimator/signal/center"],
        "Did you mean centre?",
    ),
    "unknown estimator": (
        {"estimator": {"name": "mupro"}},
        "invalid",
        ["/estimator/name"],
        "Did you mean muprop?",
    ),
    "nameless estimator": ({"estimator": {}}, "invalid", ["/estimator/name"], "straight_through"),
    "a bare name": ({"estimator": "muprop"}, "invalid", ["/estimator"], '{"name": "muprop"}'),
    "wrong units": (
        {"estimator": {"name": "reparameterization"}},
        "refused",
        ["/estimator"],
        "These do: reinforce, ",
    ),
    "wrong data": (
        {"dataset": {"name": "nothing"}},
        "refused",
        ["/dataset"],
        f"These do: {', '.join(name for name in DATASETS if name != 'nothing')}.",
    ),
    "late measurement": (
        {"measurement": {"steps": [10]}, "training": {"steps": 5}},
        "refused",
        ["/measurement/steps"],
        "Name steps up to 5.",
    ),
    "negative steps": (
        {"training": {"steps": -5}},
        "invalid",
        ["/training/steps"],
        "equal to 1 (got -5)",
    ),
    "a float for an int": (
        {"training": {"steps": 5.5}},
        "invalid",
        ["/training/steps"],
        "integer (got 5.5)",
    ),
    "a string for an int": ({"seeds": ["3"]}, "invalid", ["/seeds/0"], "integer (got '3')"),
    "ten thousand seeds": ({"seeds": MANY}, "invalid", ["/seeds"], "10,000 items; 1,000 at most"),
    "one seed twice": ({"seeds": [1, 1]}, "refused", ["/seeds"], "every seed once"),
    "neither number nor list": (
        {"training": {"learning_rate": "x"}},
        "invalid",
        ["/training/learning_rate"] * 2,
        "valid number",
    ),
    "one of a list": (
        {"training": {"learning_rate": [0.1, -1]}},
        "invalid",
        ["/training/learning_rate/1"],
        "greater than 0",
    ),
    "layers": (
        {"model": {"name": "structured_prediction", "layers": LAYERS}},
        "invalid",
        ["/model/layers/0/n", "/model/layers/1/family"],
        "equal to 1",
    ),
    "label": ({"labels": {"a": "b\0"}}, "invalid", ["/labels/a"], "pattern"),
    "too large for an integer": ({"seeds": [2**63]}, "invalid", ["/seeds/0"], "less than or equal"),
}


@pytest.fixture(scope="module")
def one(tmp_path_factory, broker):
    """One application on an empty SQLite for all that it refuses."""
    folder = tmp_path_factory.mktemp("bad")
    app = create_app(Settings(database=f"sqlite:///{folder}/arena.db", data=folder))
    Base.metadata.create_all(app.state.engine)
    with served(app) as url, plain_client(url) as client:
        yield client, app.state.sessions


def nothing_is_stored(database) -> bool:
    with database.begin() as session:
        return not any(
            session.scalar(select(func.count()).select_from(t)) for t in Base.metadata.sorted_tables
        )


@pytest.mark.parametrize("case", CASES)
def test_a_bad_experiment(one, case):
    api, database = one
    change, slug, pointers, words = CASES[case]
    answer = api.post("/v1/jobs", json=SMALLEST | change)
    problem = answer.json()
    assert answer.status_code == problem["status"] == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["type"] == f"/problems/{slug}" and problem["instance"] == "/v1/jobs"
    assert [fault["pointer"] for fault in problem["errors"]] == pointers
    assert words in " ".join(problem["errors"][0].values())
    assert (
        pointers[0] in problem["detail"] and problem["request_id"] == answer.headers["X-Request-ID"]
    )
    assert nothing_is_stored(database)


def test_nothing_of_it_is_stored_on_either_database(api, database):
    for change, *_ in CASES.values():
        assert api.post("/v1/jobs", json=SMALLEST | change).status_code == 422
    assert nothing_is_stored(database)


BODIES = {
    "not JSON": (b"steps=3", JSON, 400, "malformed"),
    "half of it": (json.dumps(SMALLEST).encode()[:-1], JSON, 400, "malformed"),
    "not UTF-8": (b'{"\xff": 1}', JSON, 400, "malformed"),
    "half a character": (b'{"model": "\\ud800"}', JSON, 400, "malformed"),
    "deep": (b"[" * 100_000, JSON, 400, "malformed"),
    "empty": (b"", JSON, 400, "malformed"),
    "a list": (b"[]", JSON, 422, "invalid"),
    "no number": (b'{"training": {"learning_rate": NaN}}', JSON, 422, "invalid"),
    "two megabytes": (b" " * 2_000_000 + b"{}", JSON, 413, "too-large"),
    "a form": (
        b"model=toy",
        {"Content-Type": "application/x-www-form-urlencoded"},
        415,
        "unsupported-media-type",
    ),
    "nameless": (b"{}", {}, 415, "unsupported-media-type"),
}


@pytest.mark.parametrize("case", BODIES)
def test_a_bad_body(one, case):
    api, database = one
    body, headers, status, slug = BODIES[case]
    answer = api.post("/v1/jobs", content=body, headers=headers)
    assert answer.status_code == status and answer.json()["type"] == f"/problems/{slug}"
    assert nothing_is_stored(database)


def test_a_thousand_faults_are_not_all_told(one):
    api, _ = one
    answer = api.post("/v1/jobs", json=SMALLEST | {"seeds": ["x"] * 1000})
    assert len(answer.json()["errors"]) == 20


REQUESTS = {  # (method, path, headers, status, slug)
    "no such path": ("GET", "/v2/jobs", {}, 404, "not-found"),
    "no such job": ("GET", f"/v1/jobs/{'0' * 32}", {}, 404, "not-found"),
    "no such job's runs": ("GET", f"/v1/jobs/{'0' * 32}/runs", {}, 404, "not-found"),
    "no such job's series": ("GET", f"/v1/jobs/{'0' * 32}/series", {}, 404, "not-found"),
    "no such job's events": ("GET", f"/v1/jobs/{'0' * 32}/events", {}, 404, "not-found"),
    "no such run": ("GET", f"/v1/runs/{'0' * 32}", {}, 404, "not-found"),
    "no such problem": ("GET", "/problems/none", {}, 404, "not-found"),
    "no identifier": ("GET", "/v1/jobs/7", {}, 422, "invalid"),
    "no such page": ("GET", "/v1/jobs?cursor=x", {}, 422, "invalid"),
    "no such state": ("GET", "/v1/jobs?state=lost", {}, 422, "invalid"),
    "too many": ("GET", "/v1/jobs?limit=201", {}, 422, "invalid"),
    "no such method": ("DELETE", "/v1/jobs", {}, 405, "method-not-allowed"),
    "no such media": (
        "GET",
        "/v1/jobs",
        {"Accept": "image/*;q=0.5"},
        406,
        "not-acceptable",
    ),
    "unwanted media": (
        "GET",
        "/v1/jobs",
        {"Accept": "application/json;q=0"},
        406,
        "not-acceptable",
    ),
    "a bad key": ("POST", "/v1/jobs", {"Idempotency-Key": "a b", **JSON}, 422, "invalid"),
}


@pytest.mark.parametrize("case", REQUESTS)
def test_a_bad_request(one, case):
    api, _ = one
    method, path, headers, status, slug = REQUESTS[case]
    answer = api.request(method, path, headers=headers, json=SMALLEST if method == "POST" else None)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{slug}")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_all_methods_of_a_path_are_named(one):
    api, _ = one
    assert api.put("/v1/jobs").headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_a_parameter_is_named(one):
    api, _ = one
    problem = api.get("/v1/jobs?limit=0&state=x").json()
    assert {fault["parameter"] for fault in problem["errors"]} == {"limit", "state"}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_mistake_of_ours_shows_no_trace(app, api):
    app.state.writer = None
    answer = api.post("/v1/jobs", json=SMALLEST)
    assert answer.status_code == 500 and answer.json()["type"] == "/problems/internal"
    assert "NoneType" not in answer.text and "errors" not in answer.json()


def test_a_decent_request_number_comes_back(one):
    api, _ = one
    number = lambda sent: api.get("/health/live", headers={"X-Request-ID": sent}).headers[
        "X-Request-ID"
    ]
    assert number("abc-1") == "abc-1" and number("a b") != "a b"
