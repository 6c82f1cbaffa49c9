"""Submit, list, look, cancel, retry."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import func, select

from estimators.specs.experiment import Experiment
from estimators.specs.lanes import program_width
from service import queue
from service.api.app import create_app
from service.store import bundles
from service.store.models import Benchmark, Job, Key, Run
from service.store.workers import WorkerAbout, record_pulse
from tests.api.conftest import SMALLEST, served


def stored(database, *models) -> list[int]:
    with database.begin() as session:
        return [session.scalar(select(func.count()).select_from(model)) for model in models]


def test_the_smallest_body_becomes_a_job(api, database):
    answer = api.post("/v1/jobs", json=SMALLEST)
    job = answer.json()
    assert answer.status_code == 201 and answer.headers["Location"] == f"/v1/jobs/{job['id']}"
    assert job["state"] == "queued" and job["counts"] == {"queued": 5} and job["progress"] == 0
    assert job["spec"]["training"]["steps"] == 6000 and "labels" not in job["spec"]
    assert job.pop("warnings") == ["No worker serves the queue cpu."]
    assert api.get(answer.headers["Location"]).json() == job
    assert stored(database, Job, Run, Benchmark) == [1, 5, 1]


def test_the_bell_rings_once_a_bundle(api, broker):
    before = queue.pending_bells("cpu")
    api.post("/v1/jobs", json=SMALLEST | {"seeds": list(range(17))})
    width = program_width(Experiment.model_validate(SMALLEST | {"seeds": range(17)}))
    assert 8 <= width < 17 and queue.pending_bells("cpu") == before + -(-17 // width)


def test_a_dead_broker_loses_nothing(api, broker):
    broker.stop()
    try:
        assert api.post("/v1/jobs", json=SMALLEST).status_code == 201
    finally:
        broker.start()


def test_one_key_one_job(api, database):
    post = lambda number: api.post("/v1/jobs", json=SMALLEST, headers={"Idempotency-Key": "k"})
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(24)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert stored(database, Job, Key) == [1, 1]


def test_a_key_does_not_serve_another_body(api, database):
    key = {"Idempotency-Key": "k"}
    api.post("/v1/jobs", json=SMALLEST, headers=key)
    for other in ({"seeds": [7]}, {"labels": {"a": "b"}}):
        answer = api.post("/v1/jobs", json=SMALLEST | other, headers=key)
        assert answer.status_code == 409 and answer.json()["type"] == "/problems/key-reused"
    assert stored(database, Job) == [1]


def test_pages_hold_every_job_once(api):
    made = [api.post("/v1/jobs", json=SMALLEST | {"seeds": [n]}).json()["id"] for n in range(5)]
    seen, link = [], "/v1/jobs?limit=2"
    while link:
        page = api.get(link)
        seen += [job["id"] for job in page.json()["data"]]
        link = page.links["next"]["url"] if "next" in page.links else None
    assert seen == made[::-1]


def test_filters(api):
    nvil = api.post("/v1/jobs", json=SMALLEST | {"estimator": {"name": "nvil"}}).json()
    other = api.post("/v1/jobs", json=SMALLEST | {"training": {"steps": 7}}).json()
    api.post(f"/v1/jobs/{other['id']}/cancel")
    found = lambda **filters: [
        job["id"] for job in api.get("/v1/jobs", params=filters).json()["data"]
    ]
    assert found(estimator="nvil") == [nvil["id"]]
    assert found(benchmark_id=other["benchmark_id"]) == found(state="cancelled") == [other["id"]]
    assert found(state="running") == []


def test_an_etag_saves_the_body(api, job):
    first = api.get(f"/v1/jobs/{job['id']}")
    tag = {"If-None-Match": first.headers["ETag"]}
    again = api.get(f"/v1/jobs/{job['id']}", headers=tag)
    assert again.status_code == 304 and not again.content
    api.post(f"/v1/jobs/{job['id']}/cancel")
    assert api.get(f"/v1/jobs/{job['id']}", headers=tag).status_code == 200


def test_runs_of_a_grid(api):
    grid = {"learning_rate": [0.1, 0.01], "optimizer": {"name": "sgd", "momentum": [0.0, 0.9]}}
    job = api.post("/v1/jobs", json=SMALLEST | {"training": grid, "seeds": [3, 4]}).json()
    pages = [
        api.get(f"/v1/jobs/{job['id']}/runs", params={"limit": 5} | cursor).json()
        for cursor in ({}, {"cursor": "4"})
    ]
    runs = pages[0]["data"] + pages[1]["data"]
    assert [run["number"] for run in runs] == list(range(8)) and pages[1]["next_cursor"] is None
    assert {(run["seed"], *run["setting"].values()) for run in runs} == {
        (seed, rate, momentum) for seed in (3, 4) for rate in (0.1, 0.01) for momentum in (0.0, 0.9)
    }
    assert api.get(f"/v1/runs/{runs[3]['id']}").json() == runs[3] | {"environments": []}


def test_cancel_and_retry(api, job):
    home = f"/v1/jobs/{job['id']}"
    assert api.post(f"{home}/retry").status_code == 409
    assert api.post(f"{home}/cancel").json()["counts"] == {"cancelled": 5}
    assert api.post(f"{home}/cancel").json()["state"] == "cancelled"
    assert api.post(f"{home}/retry").json()["counts"] == {"queued": 5}


def test_a_running_job_is_cancelling_until_its_worker_stops(api, job, database):
    with database.begin() as session:
        bundle = bundles.claim_bundle(session, "cpu", "w", 30)
    assert api.post(f"/v1/jobs/{job['id']}/cancel").json()["state"] == "cancelling"
    with database.begin() as session:
        bundles.end_attempt(session, bundle.id, bundle.attempt, "cancelled")
    assert api.get(f"/v1/jobs/{job['id']}").json()["state"] == "cancelled"


def test_what_failed_cannot_be_cancelled(api, job, database):
    with database.begin() as session:
        bundle = bundles.claim_bundle(session, "cpu", "w", 30)
        bundles.end_attempt(session, bundle.id, bundle.attempt, "error")
    answer = api.post(f"/v1/jobs/{job['id']}/cancel")
    assert answer.status_code == 409 and "failed" in answer.json()["detail"]


def test_a_whole_number_may_be_written_with_a_point(api):
    """JSON Schema counts 7.0 among the integers."""
    body = SMALLEST | {"training": {"steps": 7.0, "learning_rate": 1.0}}
    spec = api.post("/v1/jobs", json=body).json()["spec"]
    assert spec["training"]["steps"] == 7 and isinstance(spec["training"]["steps"], int)
    assert spec["training"]["learning_rate"] == 1.0


def test_who_submits_hears_that_no_worker_has_the_data(api, database):
    body, two = SMALLEST | {"dataset": {"name": "mnist"}}, ("one", "two")

    def warnings(path="/v1/jobs"):
        return api.post(path, json=body).json()["warnings"]

    def pulse(name, lacks):
        with database.begin() as session:
            about = WorkerAbout(name, ["cpu"], name, "", "1")
            record_pulse(session, about, None, missing_data=lacks)

    for name in two:
        pulse(name, ["tfd", "mnist"])
    said = warnings()
    assert len(said) == 1 and "No worker of the queue cpu has the files of mnist" in said[0]
    assert warnings("/v1/jobs:validate") == said
    page = api.post("/submit", data={"dataset": "mnist", "look": "estimate"}).text
    assert said[0] in page and "parameters" in page
    pulse("two", ["tfd"])
    assert warnings() == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_waiting_runs_of_an_owner_are_only_so_many(engine, settings, broker):
    with served(create_app(settings.model_copy(update={"most_queued": 7}))) as url:
        made = httpx.post(f"{url}/v1/jobs", json=SMALLEST)
        refused = httpx.post(f"{url}/v1/jobs", json=SMALLEST)
        assert refused.status_code == 429 and refused.headers["Retry-After"] == "60"
        assert refused.json()["detail"].startswith("Of one owner, 7 runs may wait")
        httpx.post(url + made.json()["links"]["self"] + "/cancel")
        assert httpx.post(f"{url}/v1/jobs", json=SMALLEST).status_code == 201


def test_a_job_is_validated_without_being_submitted(api, job, database):
    answer = api.post("/v1/jobs:validate", json=SMALLEST).json()
    assert answer["spec"] == job["spec"] and answer["cell_id"] == job["cell_id"]
    assert answer["runs"] == 5 and answer["estimate"]["parameters"] > 1000
    assert stored(database, Job) == [1]
    big = {**SMALLEST, "training": {"steps": 10**8, "checkpoint_every": 1}}
    for path in ("/v1/jobs:validate", "/v1/jobs"):
        refused = api.post(path, json=big)
        assert refused.status_code == 422 and refused.json()["type"] == "/problems/refused"
        assert "100,000,000" in refused.text or "1e+08" in refused.text
