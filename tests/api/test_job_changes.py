"""Times and failures of jobs; lists by what jobs are; labels, archive, deletion; long polls."""

import pytest
from sqlalchemy import func, select

from service.api.waiting import preferred_wait
from service.store import bundles
from service.store.models import Base, Job
from tests.api.conftest import SMALLEST
from tests.api.test_benchmarks import TOY, enter
from tests.api.training import claim, write
from tests.store.test_entries import train

LINE = "RuntimeError: shapes [3, 4] and [5] do not fit"
both = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
one = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


def submit(api, **more):
    return api.post("/v1/jobs", json=SMALLEST | {"seeds": [1, 2]} | more).json()


def fail(database, at=0):
    bundle = claim(database)
    if at:
        write(database, bundle, at, lambda lane: {}, ended=None)
    with database.begin() as session:
        bundles.end_attempt(session, bundle.id, bundle.attempt, "error", LINE)


@both
def test_a_failed_job_says_when_and_why_and_stands_where_it_stopped(api, database):
    waiting = submit(api)
    assert [waiting[name] for name in ("started_at", "finished_at", "error")] == [None] * 3
    fail(database, at=3000)
    job = api.get(f"/v1/jobs/{waiting['id']}").json()
    assert job["state"] == "failed" and job["progress"] == 0.5
    assert job["created_at"] <= job["started_at"] <= job["finished_at"]
    assert job["error"]["type"] == "error" and job["error"]["message"] == LINE
    assert "submit it again" in job["error"]["hint"]
    (run, _) = api.get(f"/v1/jobs/{job['id']}/runs").json()["data"]
    assert run["error"] == job["error"] and run["started_at"] == job["started_at"]
    api.post(f"/v1/jobs/{job['id']}/retry")
    again = api.get(f"/v1/jobs/{job['id']}").json()
    assert again["error"] is None and again["finished_at"] is None and again["progress"] == 0.5
    api.post(f"/v1/jobs/{job['id']}/cancel")
    assert api.get(f"/v1/jobs/{job['id']}").json()["progress"] == 0.5


@both
def test_lists_choose_by_what_jobs_are(api, database):
    failed = submit(api, labels={"study": "depth", "part": "a"})
    fail(database)
    other = submit(api, estimator={"name": "nvil"}, model={"name": "sigmoid_belief_net"})
    ids = lambda **asked: [one["id"] for one in api.get("/v1/jobs", params=asked).json()["data"]]
    assert ids(state=["failed", "queued"]) == ids() == [other["id"], failed["id"]]
    assert ids(sort="created_at") == ids()[::-1]
    assert ids(label=["study=depth", "part=a"]) == [failed["id"]] and ids(label="study=x") == []
    assert ids(model="sigmoid_belief_net") == [other["id"]]
    assert ids(dataset="digits", owner="local") == ids()
    assert ids(finished_after="2020-01-01T00:00:00Z") == [failed["id"]]
    assert ids(created_before=failed["created_at"]) == []
    assert ids(created_after=other["created_at"]) == [other["id"]]
    some = api.get("/v1/jobs", params={"fields": ["id", "state"], "limit": 1}).json()
    assert some["data"] == [{"id": other["id"], "state": "queued"}] and some["next_cursor"]
    for wrong in ({"label": "study"}, {"fields": "colour"}, {"created_after": "soon"}):
        assert api.get("/v1/jobs", params=wrong).status_code == 422
    assert api.get("/v1/jobs", params={"benchmark": "nowhere"}).status_code == 422


@one
def test_labels_change_and_archived_jobs_leave_lists(api):
    job = submit(api, labels={"study": "depth", "part": "a"})
    home = f"/v1/jobs/{job['id']}"
    changed = api.patch(home, json={"labels": {"part": None, "by": "me"}, "archived": True}).json()
    assert changed["labels"] == {"study": "depth", "by": "me"} and changed["archived_at"]
    assert changed["version"] == job["version"] + 2
    assert api.get("/v1/jobs").json()["data"] == []
    assert len(api.get("/v1/jobs?archived=true").json()["data"]) == 1
    assert api.patch(home, json={"archived": False}).json()["archived_at"] is None
    assert api.patch(home, json={"labels": {"a b": "c"}}).status_code == 422
    assert api.patch(home, json={"label": {}}).status_code == 422


@both
def test_a_deleted_job_leaves_no_row(api, database):
    job = submit(api)
    assert api.delete(f"/v1/jobs/{job['id']}").status_code == 409
    write(database, claim(database), 6000, lambda lane: {"bound/test": ([6000], [1.0])})
    assert api.delete(f"/v1/jobs/{job['id']}").status_code == 204
    assert api.get(f"/v1/jobs/{job['id']}").status_code == 404
    with database.begin() as session:
        for table in Base.metadata.sorted_tables:
            rows = session.scalar(select(func.count()).select_from(table))
            assert not rows or table.name in ("benchmarks", "workers"), table.name


@one
def test_the_job_of_an_entry_is_withdrawn_and_stays_in_the_ledger(api, database):
    entry = enter(api, {"estimator": {"name": "reinforce_loo"}}).json()
    train(database)
    assert api.delete(f"/v1/jobs/{entry['tuning_job_id']}").status_code == 204
    entry = api.get(f"{TOY}/{entry['id']}").json()
    assert (entry["state"], entry["reason"]) == ("withdrawn", "its job was deleted")
    assert api.get("/v1/jobs").json()["data"] == []
    with database.begin() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 1


@one
def test_a_long_poll_ends_with_the_job_or_a_change(api, database):
    job = submit(api)
    home, wait = f"/v1/jobs/{job['id']}", {"Prefer": "respond-async, wait=30"}
    api.post(f"{home}/cancel")
    answer = api.get(home, headers=wait)
    assert answer.json()["state"] == "cancelled"
    assert answer.headers["Preference-Applied"] == "wait=30"
    running = submit(api)
    tag = {"If-None-Match": '"of another time"'}
    assert api.get(f"/v1/jobs/{running['id']}", headers=wait | tag).json()["state"] == "queued"
    assert "Preference-Applied" not in api.get(home).headers


def test_preferences_that_are_none():
    assert [preferred_wait(one) for one in (None, "", "return=minimal", "await=3")] == [None] * 4
    assert [preferred_wait(one) for one in ('wait="5"', "a; wait = 7", "wait=999")] == [5, 7, 60]


@both
def test_a_job_that_waits_says_where_and_why(api, database):
    submit(api)
    last = submit(api)
    place = api.get(last["links"]["queue"]).json()
    assert place["waits"] and (place["queue"], place["before"], place["pause"]) == ("cpu", 1, 0)
    assert place["reason"] == "No worker serves the queue cpu."
    api.post(f"/v1/jobs/{last['id']}/cancel")
    assert api.get(last["links"]["queue"]).json()["waits"] is False


@one
def test_a_moment_is_a_date_and_no_number(api):
    for value, status in (("0.5", 422), ("-3", 422), ("2026-01-01T00:00:00Z", 200)):
        assert api.get("/v1/jobs", params={"finished_before": value}).status_code == status
