"""A paper's tables over HTTP: what was published, jobs for its cells, and the report of what they
came to."""

import pytest

from analysis.papers.shapes import SuiteReport
from service.store.models import Job, Key
from tests.api.test_jobs import stored
from tests.api.training import claim, write

HOME = "/v1/suites/muprop-2016"
ST = "table2-mnist-392-200-200-392-st"
ROW = "table2-mnist-392-200-200-392-*"
FEW = {"steps": 10, "seeds": [0, 1], "rates": [0.1, 0.03]}


def post(api, body, **headers):
    return api.post(f"{HOME}/jobs", json=body, headers=headers)


def train(database, ended="completed"):
    """What a worker would write of the bundle that waits first: lanes are rates, then seeds."""
    bound = lambda lane: ([5, 10], [70.0, 50.0 + lane])
    costs = lambda lane: (list(range(1, 11)), [60.0 - step + lane for step in range(10)])
    values = lambda lane: {
        "bound/validation": bound(lane), "bound/test": bound(lane), "cost/train": costs(lane)
    }  # fmt: skip
    where = {"device_class": "a processor", "code": "c0de", "hostname": "secret"}
    write(database, claim(database), 10, values, ended, where)


def report(api, **options):
    return SuiteReport.model_validate(
        api.get(f"{HOME}/report", params={"format": "json", **options}).json()
    )


def one(found, column="ST"):
    return next(e for e in found.cells if (e.row, e.column) == ("MNIST 392-200-200-392", column))


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_was_published(api):
    listed, centred = api.get("/v1/suites").json()["data"]
    assert listed["name"] == "muprop-2016" and listed["cells"] == 40
    assert centred["name"] == "muprop-2016-centred" and centred["cells"] == 15
    answer = api.get(listed["links"]["self"])
    suite = answer.json()
    assert suite["tables"]["2"]["rows"]["MNIST 392-200-200-392"] == [63.2, 57.7, 56.7, 56.1, 57.2]
    assert "arXiv:1511.05176" in suite["source"] and suite["provenance"] == "read in the paper"
    assert api.get(HOME, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert api.get("/v1/suites/muprop-2017").json()["type"] == "/problems/not-found"


def test_every_cell_that_has_an_experiment_becomes_a_job(api, database):
    answer = post(api, {"scale": "digits", "labels": {"mine": "yes"}, "priority": 3})
    made = answer.json()
    assert answer.status_code == 201 and answer.headers["Location"] == f"{HOME}/report?scale=digits"
    assert len(made["data"]) == 35 and stored(database, Job) == [35]
    assert {left["cell"].split("-")[1] for left in made["left_out"]} == {"tfd"}
    assert all(left["reason"] for left in made["left_out"])
    first = made["data"][0]["job"]
    assert first["counts"] == {"queued": 4} and first["labels"]["mine"] == "yes"
    labels = {
        (one["job"]["labels"]["suite"], one["job"]["labels"]["cell"] == one["cell"])
        for one in made["data"]
    }
    assert labels == {("muprop-2016", True)}


def test_cells_and_budget_may_be_chosen(api):
    [made] = post(api, FEW | {"cells": ST, "seeds": [7]}).json()["data"]
    job = api.get(f"/v1/jobs/{made['job']['id']}").json()
    assert made["cell"] == ST and job["estimator"] == "straight_through"
    assert job["spec"]["training"]["steps"] == 10 and job["spec"]["training"]["learning_rate"] == [
        0.1,
        0.03,
    ]
    assert job["spec"]["seeds"] == [7] and job["counts"] == {"queued": 2}


def test_one_key_one_set_of_jobs(api, database):
    body, key = FEW | {"cells": ROW}, {"Idempotency-Key": "k"}
    first, again = (post(api, body, **key) for _ in range(2))
    assert first.json() == again.json() and stored(database, Job, Key) == [5, 5]
    for other in (body | {"cells": ST}, body | {"steps": 11}, body | {"cells": "*"}):
        assert post(api, other, **key).json()["type"] == "/problems/key-reused"
    assert stored(database, Job, Key) == [5, 5]
    assert len(post(api, body).json()["data"]) == 5 and stored(database, Job) == [10]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "body, pointer, words",
    [
        ({"scale": "huge"}, "/scale", "'digits', 'quick' or 'full'"),
        ({"cels": ST}, "/cels", "Did you mean cells?"),
        ({"seeds": [1, 1]}, "/seeds", "every seed once"),
        ({"rates": [-1]}, "/rates/0", "greater than 0"),
        ({"steps": "3"}, "/steps", "valid integer"),
        ({"cells": "table4-*"}, "/cells", "No cell fits."),
        ({"cells": "*-tfd-*"}, "/cells", "faces"),
    ],
)
def test_what_is_wrong_is_said(api, database, body, pointer, words):
    answer = post(api, body)
    fault = answer.json()["errors"][0]
    assert answer.status_code == 422 and fault["pointer"] == pointer
    assert words in fault["detail"] + (fault.get("fix") or "") and stored(database, Job) == [0]


def test_the_report_is_of_the_jobs(api, database):
    assert one(report(api)).reason == "not run yet"
    post(api, FEW | {"cells": ST})
    tag = api.get(f"{HOME}/report").headers["ETag"]
    train(database)
    answer = api.get(f"{HOME}/report", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    entry = one(SuiteReport.model_validate(answer.json()))
    assert entry.measured.ours.learning_rate == 0.1 and entry.measured.ours.bound.mean == 50.5
    assert (entry.seeds, entry.steps, entry.rates, entry.curve) == (2, 10, [0.03, 0.1], None)
    assert entry.made == [{"device_class": "a processor", "code": "c0de"}]
    again = api.get(f"{HOME}/report", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    curve = one(report(api, curves=True)).curve
    assert curve.steps == list(range(1, 11)) and curve.mean[0] == 60.5 and curve.high[-1] == 52


def test_runs_of_any_job_with_a_cells_experiment_count(api, database):
    """Whoever submitted it, and with what rates and seeds; the longest training is shown."""
    [made] = post(api, FEW | {"cells": ST}).json()["data"]
    spec = api.get(f"/v1/jobs/{made['job']['id']}").json()["spec"]
    train(database)
    own = spec | {"seeds": [5], "training": spec["training"] | {"learning_rate": 0.3}}
    assert api.post("/v1/jobs", json=own).status_code == 201
    train(database, "diverged")
    other = spec | {"training": spec["training"] | {"batch_size": 50, "steps": 20}}
    assert api.post("/v1/jobs", json=other).status_code == 201
    claim(database)
    entry = one(report(api, cells=ROW))
    assert (entry.rates, entry.runs, entry.diverged, entry.steps) == ([0.03, 0.1, 0.3], 5, 1, 10)
    assert len(entry.made) == 2 and entry.measured.ours.edge is None


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_other_formats_and_what_cannot_be_asked(api):
    page = api.get(f"{HOME}/report", params={"format": "md", "cells": ROW})
    assert page.headers["content-type"].startswith("text/markdown") and page.text.startswith(
        "# muprop-2016"
    )
    assert api.get(f"{HOME}/report", headers={"Accept": "text/markdown"}).text.startswith("# ")
    assert api.get(f"{HOME}/report", headers={"Accept": "text/csv"}).status_code == 406
    assert api.get(f"{HOME}/report", params={"scale": "huge"}).status_code == 422
    assert api.get("/v1/suites/muprop-2017/report").status_code == 404
    assert report(api, cells="nothing").cells == []
