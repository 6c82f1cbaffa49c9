"""Jobs that extend others: nothing doubled, nothing changed, the owner alone."""

import pytest
from sqlalchemy import func, select

from estimators.specs.experiment import LAST_SEED
from service.store.models import Bundle, Chunk, Job, Run, Summary
from service.store.states import LIVE, BundleState
from tests.api.conftest import SMALLEST
from tests.api.test_benchmarks import TOY, enter
from tests.api.training import claim, write
from tests.store.test_entries import train

both = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
one = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


def submit(api, **more):
    return api.post("/v1/jobs", json=SMALLEST | {"seeds": [0, 1]} | more).json()


def extend(api, job, key=None, **asked):
    headers = {"Idempotency-Key": key} if key else {}
    return api.post(f"/v1/jobs/{job['id']}/extend", json=asked, headers=headers)


def finish(database, bad=None):
    """All that waits; the second lane ends as ``bad`` where that is given."""
    while bundle := claim(database):
        points = lambda lane: {"bound/test": ([bundle.steps], [-float(lane)])}
        if bad:
            write(database, bundle, 3000, lambda lane: {}, bad, lanes=[1])
        write(database, bundle, bundle.steps, points, lanes=[0] if bad else None)


def finish_all(database):
    while bundle := claim(database):
        write(database, bundle, bundle.steps, lambda lane: {})


@both
def test_more_seeds_are_a_job_of_their_own_and_none_comes_twice(api, database):
    job = submit(api, labels={"study": "depth"})
    answer = extend(api, job, "k", seeds=3)
    more = answer.json()
    assert answer.status_code == 201 and answer.headers["Location"] == more["links"]["self"]
    assert more["spec"] == job["spec"] | {"seeds": [2, 3, 4]} and more["parent_id"] == job["id"]
    assert more["labels"] == job["labels"] and more["cell_id"] == job["cell_id"]
    assert more["warnings"] == ["No worker serves the queue cpu."]
    assert extend(api, job, "k", seeds=3).json()["id"] == more["id"]
    assert extend(api, job, "k", seeds=4).status_code == 409
    assert extend(api, more, seeds=1).json()["spec"]["seeds"] == [5]
    assert extend(api, more, seeds=[9]).json()["parent_id"] == job["id"]
    doubled = extend(api, job, seeds=[8, 3])
    assert doubled.status_code == 409 and f"{more['id']} has seed 3" in doubled.json()["detail"]
    with database.begin() as session:
        assert session.scalar(select(func.count()).select_from(Run)) == 7


@both
def test_runs_go_on_with_what_they_wrote(api, database):
    job = submit(api)
    assert extend(api, job, steps=12_000).status_code == 409
    finish(database, bad="diverged")
    before = api.get(f"/v1/jobs/{job['id']}").json()
    more = extend(api, job, "k", steps=12_000).json()
    assert more["spec"]["training"]["steps"] == 12_000 and more["parent_id"] == job["id"]
    assert more["benchmark_id"] != job["benchmark_id"]
    assert more["counts"] == {"queued": 1, "succeeded": 1}
    first, second = api.get(f"/v1/jobs/{more['id']}/runs").json()["data"]
    assert (first["step"], first["summaries"]) == (6000, {"bound/test": 0.0})
    assert (second["reason"], second["step"]) == ("diverged", 3000)
    bundle = claim(database)
    assert (bundle.step, bundle.steps, bundle.checkpoint) == (6000, 12_000, "file")
    write(database, bundle, 12_000, lambda _: {"bound/test": ([12_000], [7.0])}, lanes=[0])
    (series,) = api.get(f"/v1/jobs/{more['id']}/series?limit=1").json()["data"]
    assert series["series"]["bound/test"]["steps"][-2:] == [6000, 12_000]
    assert api.get(f"/v1/jobs/{job['id']}").json() == before
    assert extend(api, job, "k", steps=12_000).json()["id"] == more["id"]
    assert f"{more['id']} goes on" in extend(api, job, steps=12_000).json()["detail"]


@both
def test_an_extension_outlives_the_job_that_it_extends(api, database):
    job = submit(api)
    finish(database)
    more = extend(api, job, steps=12_000).json()
    assert api.delete(f"/v1/jobs/{job['id']}").status_code == 204
    assert api.get(f"/v1/jobs/{more['id']}").json()["parent_id"] is None
    finish(database)
    assert api.get(f"/v1/jobs/{more['id']}").json()["state"] == "succeeded"
    assert api.delete(f"/v1/jobs/{more['id']}").status_code == 204
    with database.begin() as session:
        for table in (Job, Bundle, Run, Chunk, Summary):
            assert session.scalar(select(func.count()).select_from(table)) == 0


@one
def test_what_cannot_be_extended(api, database):
    job = submit(api, evaluation={"every": 4000})
    finish(database)
    for asked, says in (
        ({}, "by seeds, or by steps"),
        ({"seeds": 1, "steps": 9000}, "by seeds, or by steps"),
        ({"seeds": None}, "by seeds, or by steps"),
        ({"seeds": 1, "steps": None}, "by seeds, or by steps"),
        ({"steps": 6000}, "6,000 steps already"),
        ({"steps": 9000}, "would not be evaluated"),
        ({"seeds": 0}, "/seeds"),
        ({"seed": 1}, "Did you mean seeds?"),
    ):
        refused = extend(api, job, **asked)
        assert refused.status_code == 422 and says in refused.text, asked
    body = {name: SMALLEST[name] for name in ("model", "dataset")} | {"kind": "probe"}
    probe = extend(api, api.post("/v1/jobs", json=body).json(), seeds=1)
    assert probe.status_code == 409 and "A probe has one run" in probe.json()["detail"]
    nobody = {"id": "01890000-0000-7000-8000-000000000000"}
    assert extend(api, nobody, seeds=1).status_code == 404


@one
def test_seeds_come_to_an_end_and_none_stands_there_twice(api, database):
    job = submit(api, seeds=[LAST_SEED - 2])
    refused = extend(api, job, seeds=3).json()
    assert refused["type"] == "/problems/refused" and refused["errors"][0]["pointer"] == "/seeds"
    assert "not 3 seeds above 2147483645" in refused["detail"]
    assert extend(api, job, seeds=2).json()["spec"]["seeds"] == [LAST_SEED - 1, LAST_SEED]
    assert "every seed once" in extend(api, job, seeds=[4, 4]).json()["detail"]
    body = api.get("/openapi.json").json()["paths"]["/v1/jobs/{job_id}/extend"]["post"]
    schema = body["requestBody"]["content"]["application/json"]["schema"]["properties"]["seeds"]
    assert schema["anyOf"][1]["uniqueItems"]


@one
def test_nothing_goes_on_where_all_has_diverged(api, database):
    job = submit(api, seeds=[0])
    write(database, claim(database), 3000, lambda lane: {}, "diverged", lanes=[0])
    refused = extend(api, job, steps=12_000)
    assert refused.status_code == 409 and "Only runs that are completed" in refused.json()["detail"]


@one
def test_a_program_in_which_all_has_diverged_is_over(api, database):
    job = submit(api, seeds=list(range(20)))
    bad = claim(database)
    write(database, bad, 3000, lambda lane: {}, "diverged")
    finish_all(database)
    more = extend(api, job, steps=12_000).json()
    assert more["counts"] == {"queued": 20 - bad.width, "succeeded": bad.width}
    with database.begin() as session:
        waiting = select(Bundle.id).where(Bundle.state == BundleState.QUEUED)
        trained = select(Run.bundle_id).where(Run.state == LIVE)
        assert {*session.scalars(waiting)} == {*session.scalars(trained)}
    finish_all(database)
    assert api.get(f"/v1/jobs/{more['id']}").json()["state"] == "succeeded"


@one
def test_the_job_of_an_entry_is_extended_outside_of_its_ledger(api, database):
    entry = enter(api, {"estimator": {"name": "reinforce_loo"}}).json()
    train(database)
    ledger = api.get(TOY.removesuffix("/entries") + "/ledger").json()
    extend(api, {"id": entry["tuning_job_id"]}, seeds=2)
    finish(database)
    assert api.get(TOY.removesuffix("/entries") + "/ledger").json() == ledger
