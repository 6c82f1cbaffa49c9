"""The trajectories of a suite's rows over HTTP: probes as jobs, and what they found in the
report."""

import pytest

from analysis.papers.shapes import SuiteReport
from estimators.specs import trajectories
from estimators.specs.findings import Findings
from estimators.specs.probe import Probe
from service.store import bundles
from service.store.models import Job, Key
from tests.api.test_jobs import stored
from tests.api.training import claim
from tests.suites.made import some_cells
from tests.suites.test_trajectories import ROW, found, row

HOME = "/v1/suites/muprop-2016"
POINTS = {"rows": ROW, "at": [600, 0]}


def post(api, body, **headers):
    return api.post(f"{HOME}/probes", json=body, headers=headers)


def measure(database, bias):
    """What a worker would write of the probe that waits first: one estimator is measured."""
    bundle = claim(database)
    with database.begin() as session:
        spec = session.get(Job, bundle.job_id).spec
        probe = Probe.model_validate({name: spec[name] for name in Probe.model_fields})
        piece = Findings(exact=False, found=(found(probe, "ST", bias),))
        report = bundles.CheckpointReport(
            probe.steps, "file", {}, {0: "completed"}, {0: piece.model_dump(mode="json")}
        )
        bundles.write_checkpoint(session, bundle.id, bundle.attempt, report, 30)


def trajectory(api, **options):
    answer = api.get(f"{HOME}/report", params={"format": "json", **options})
    points = SuiteReport.model_validate(answer.json()).trajectories
    return {point.at: point.found["ST"].bias.value for point in points}, answer.headers["ETag"]


def test_every_point_of_a_row_becomes_a_job(api, database):
    answer = post(api, POINTS | {"labels": {"mine": "yes"}, "priority": 3})
    made = answer.json()["data"]
    assert answer.status_code == 201 and answer.headers["Location"] == f"{HOME}/report?scale=digits"
    assert [(one["row"], one["at"], one["lacking"]) for one in made] == [
        (ROW, 0, ""),
        (ROW, 600, ""),
    ]
    job = api.get(f"/v1/jobs/{made[1]['job']['id']}").json()
    assert (
        job["kind"] == "probe"
        and job["labels"].items() >= {"mine": "yes", "suite": "muprop-2016", "row": ROW}.items()
    )
    assert job["spec"] == trajectories.trajectory_probe(row(), 600).model_dump(mode="json")


def test_nothing_said_means_every_row(api, database):
    made = post(api, {}).json()["data"]
    rows = trajectories.table_rows(list(some_cells().values()))
    assert len(made) == 3 * len(rows) and stored(database, Job) == [3 * len(rows)]


def test_one_key_one_set_of_jobs(api, database):
    first, again = (post(api, POINTS, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert first.json() == again.json() and stored(database, Job, Key) == [2, 2]
    other = post(api, POINTS | {"at": [0]}, **{"Idempotency-Key": "k"})
    assert other.json()["type"] == "/problems/key-reused"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "body, pointer, words",
    [
        ({"row": ROW}, "/row", "Did you mean rows?"),
        ({"rows": "table2-tfd*"}, "/rows", ROW),
        ({"at": []}, "/at", "at least 1"),
        ({"at": [-1]}, "/at/0", "greater than or equal to 0"),
    ],
)
def test_what_is_wrong_is_said(api, database, body, pointer, words):
    answer = post(api, body)
    fault = answer.json()["errors"][0]
    assert answer.status_code == 422 and fault["pointer"] == pointer
    assert words in fault["detail"] + (fault.get("fix") or "") and stored(database, Job) == [0]


def test_the_report_has_what_they_found(api, database):
    before, tag = trajectory(api)
    assert before == {}
    post(api, POINTS)
    measure(database, 0.25)
    assert trajectory(api)[0] == {0: 0.25} and trajectory(api)[1] != tag
    measure(database, 0.5)
    post(api, POINTS | {"at": [600]})
    measure(database, 0.75)
    assert trajectory(api)[0] == {0: 0.25, 600: 0.75}, "of equal probes the newest counts"
    assert trajectory(api, cells="table3-*")[0] == {}
    assert "| 600 | ST |" in api.get(f"{HOME}/report", params={"format": "md"}).text


def test_other_probes_are_no_points_of_it(api, database):
    spec = trajectories.trajectory_probe(row(), 0).model_dump(mode="json")
    assert api.post("/v1/jobs", json=spec | {"kind": "probe", "seed": 7}).status_code == 201
    measure(database, 0.5)
    assert trajectory(api)[0] == {}
    assert api.post("/v1/jobs", json=spec | {"kind": "probe"}).status_code == 201
    measure(database, 0.25)
    assert trajectory(api)[0] == {0: 0.25}
