"""Probes over HTTP: submitted, listed, measured by a runner, reported; of a trajectory and of a
run."""

import json
import re
from pathlib import Path

import pytest

from estimators.measuring.program import run_probe
from estimators.specs.findings import Report
from estimators.specs.probe import Probe
from service import catalogue, plugins
from service.catalogue import Origin
from service.client import Client, Refused
from service.store import bundles
from tests.estimators.test_probe_program import untimed
from workers.runner import Runner

TOY = {"model": {"name": "toy"}, "dataset": {"name": "nothing"}}
FEW = {"batches": 8, "draws": 2, "reference_draws": 2, "examples": 5, "warm_up": 0}
PROBE = TOY | FEW | {"kind": "probe", "at": 3, "estimators": [{"name": "half"}, {"name": "exact"}]}
TRAIN = TOY | {
    "estimator": {"name": "reinforce_loo"},
    "training": {"steps": 6, "checkpoint_every": 2, "learning_rate": [0.1, 0.2]},
    "evaluation": {"samples": 2},
    "seeds": [4, 5],
}


@pytest.fixture
def work(database, settings):
    """What a worker does with what waits first, or as far as it is told."""

    def attempt(drain=False, settings=settings):
        runner = Runner(database, settings, lambda word: None)
        if drain:
            runner.drain.set()
        with database.begin() as session:
            bundle = bundles.claim_bundle(session, "cpu", "w", 30)
        word = runner.attempt(bundle.id, bundle.attempt)
        if word["ending"] != "done":
            with database.begin() as session:
                bundles.end_attempt(
                    session, bundle.id, bundle.attempt, word["ending"], word.get("why", "")
                )
        return word

    return attempt


def post(api, body):
    return api.post("/v1/jobs", json=body)


def faults(answer):
    assert answer.status_code == 422, answer.text
    return {fault["pointer"]: fault for fault in answer.json()["errors"]}


def test_a_probe_is_a_job_and_its_report_is_that_of_the_library(api, work):
    job = post(api, PROBE | {"labels": {"a": "b"}}).json()
    assert (job["kind"], job["state"], job["counts"]) == ("probe", "queued", {"queued": 1})
    assert (job["estimator"], job["benchmark_id"], job["cell_id"], job["model"]) == (
        None,
        None,
        None,
        "toy",
    )
    assert "labels" not in job["spec"] and "kind" not in job["spec"] and job["labels"] == {"a": "b"}
    address = job["links"]["report"]
    picture = f"/jobs/{job['id']}/curves"
    assert picture not in api.get(f"/jobs/{job['id']}").text
    assert api.get(f"{picture}.svg").status_code == 409
    early = api.get(address)
    assert early.status_code == 409 and "it is queued" in early.json()["detail"]
    assert work(drain=True) == {"ending": "released"} and work() == {"ending": "done"}
    answer = api.get(address)
    assert untimed(Report.model_validate(answer.json())) == untimed(
        run_probe(Probe.model_validate(job["spec"]))
    )
    assert f"{picture}.svg" in api.get(f"/jobs/{job['id']}").text
    assert api.get(f"{picture}.svg").text.count("<svg ") == 1
    values = api.get(f"{picture}.html").text
    assert "drowns in noise" in values and "relative bias" in values and "half" in values
    assert api.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    [told] = api.get(f"/v1/jobs/{job['id']}/runs").json()["data"]
    assert (told["state"], told["reason"], told["step"]) == ("succeeded", "completed", 3 + 2 * 16)
    assert api.get(f"/v1/runs/{told['id']}").json()["environments"][0]["torch"]
    [series] = api.get(f"/v1/jobs/{job['id']}/series").json()["data"]
    assert series["series"]["cost/train"]["steps"] == [1, 2, 3]


def test_boards_and_filters_tell_probes_apart(api, job):
    probe = post(api, PROBE).json()
    found = lambda **filters: [
        one["id"] for one in api.get("/v1/jobs", params=filters).json()["data"]
    ]
    assert found(kind="probe") == [probe["id"]] and found(kind="train") == [job["id"]]
    assert found() == [probe["id"], job["id"]] and api.get("/v1/jobs?kind=guess").status_code == 422
    assert [one["benchmark_id"] for one in api.get("/v1/leaderboards").json()["data"]] == [
        job["benchmark_id"]
    ]


def test_only_probes_have_a_report(api, job):
    answer = api.get(f"/v1/jobs/{job['id']}/report")
    assert answer.status_code == 404 and "is no probe" in answer.json()["detail"]
    assert "report" not in job["links"] and "leaderboard" in job["links"]
    assert api.get(f"/v1/jobs/{'0' * 8}-0000-7000-8000-{'0' * 12}/report").status_code == 404


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "change, pointer, words",
    [
        (
            {"estimators": [{"name": "half"}, {"name": "stl"}]},
            "/estimators/1",
            "does not serve bernoulli",
        ),
        ({"estimators": [{"name": "half"}, {"name": "stl"}]}, "/estimators/1", "These do: "),
        ({"estimators": [{"name": "hal"}]}, "/estimators/0/name", "Did you mean half"),
        ({"estimators": []}, "/estimators", "Name estimators"),
        ({"at": 6001}, "/at", "after step 6000"),
        ({"dataset": {"name": "digits"}}, "/dataset", "cannot train on digits"),
        ({"trained_by": {"name": "stl"}}, "/trained_by", "does not serve"),
        (
            {"draws": 100_000, "batches": 1000, "estimators": "all"},
            "/draws",
            "1,000,000,000 at most",
        ),
        ({"batchez": 8}, "/batchez", "Did you mean batches"),
        ({"seeds": [1]}, "/seeds", "Did you mean seed"),
        ({"draws": "3"}, "/draws", "valid integer"),
        ({"kind": "prob"}, "/kind", "'train'"),
        ({"parameters": {"run": 7}}, "/parameters/run", "UUID"),
        ({"parameters": {"run": "0" * 32}}, "/parameters/run", "no completed run"),
    ],
)
def test_what_is_wrong_is_named(api, change, pointer, words):
    told = faults(post(api, PROBE | change))
    assert words in f"{told[pointer]['detail']} {told[pointer].get('fix')}", told


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_documentation_shows_what_is_accepted(api, finished):
    text = (Path(__file__).parents[2] / "docs/probe.md").read_text()
    line, run_ = re.findall(r"-d '(.*)'", text), re.findall(r'^{"kind.*}$', text, re.M)
    bodies = [*line, *(body.replace("RUN", f'"{finished[0]["id"]}"') for body in run_)]
    assert len(bodies) == 2
    assert [post(api, json.loads(body)).status_code for body in bodies] == [201, 201]


def test_one_key_one_probe(api):
    key = {"Idempotency-Key": "k"}
    answers = [api.post("/v1/jobs", json=PROBE, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert api.post("/v1/jobs", json=PROBE | {"at": 4}, headers=key).status_code == 409


def test_a_cancelled_probe_can_be_taken_up_again(api, work):
    job = post(api, PROBE | {"at": 0}).json()
    assert work(drain=True) == {"ending": "released"}
    assert api.post(f"/v1/jobs/{job['id']}/cancel").json()["state"] == "cancelled"
    assert "it is cancelled" in api.get(job["links"]["report"]).json()["detail"]
    assert api.post(f"/v1/jobs/{job['id']}/retry").json()["state"] == "queued"
    assert work() == {"ending": "done"}
    report = api.get(job["links"]["report"]).json()
    assert [found["estimator"]["name"] for found in report["found"]] == ["half", "exact"]


@pytest.fixture
def finished(api, work):
    """The runs of a job that is trained."""
    job = post(api, TRAIN).json()
    assert work() == {"ending": "done"}
    return api.get(f"/v1/jobs/{job['id']}/runs").json()["data"]


def of(run, **more):
    few = {"kind": "probe", "estimators": [{"name": "half"}, {"name": "muprop"}], **FEW}
    return few | {"parameters": {"run": run["id"]}} | more


def test_the_parameters_of_a_run(api, work, finished):
    """Its report is that of a trajectory which trains as the run did."""
    run_ = finished[3]
    job = post(api, of(run_)).json()
    spec = job["spec"]
    assert spec["parameters"] == {"run": run_["id"], "step": 6} and spec["at"] == 6
    assert (spec["seed"], spec["training"]["learning_rate"]) == (5, 0.2) == (run_["seed"], 0.2)
    assert spec["trained_by"]["name"] == "reinforce_loo" and spec["model"]["name"] == "toy"
    assert work() == {"ending": "done"}
    have = Report.model_validate(api.get(job["links"]["report"]).json())
    del spec["parameters"]
    want = run_probe(Probe.model_validate(spec))
    value = lambda report, n: report.found[n].parts["all"].variance.value
    assert [value(have, n) for n in (0, 1)] == pytest.approx(
        [value(want, n) for n in (0, 1)], rel=1e-5
    )
    [series] = api.get(f"/v1/jobs/{job['id']}/series").json()["data"]
    assert series["series"] == {}, "nothing was trained"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_is_not_the_runs_is_refused(api, finished):
    run_ = finished[0]
    same = {"model": {"name": "toy"}, "seed": 4, "at": 6}
    assert post(api, of(run_, **same)).status_code == 201
    other = {
        "model": {"name": "toy", "layers": [{"family": "bernoulli", "n": 2}]},
        "seed": 5,
        "at": 5,
    }
    told = faults(post(api, of(run_, **other)))
    assert told.keys() == {"/model", "/seed", "/at"}
    assert told["/seed"]["fix"] == "Leave it out."
    told = faults(post(api, of(run_, parameters={"run": run_["id"], "step": 4})))
    assert told["/parameters/step"]["fix"] == "Kept: 6."
    waits = api.get(f"/v1/jobs/{post(api, TRAIN).json()['id']}/runs").json()["data"][0]
    assert "no completed run" in faults(post(api, of(waits)))["/parameters/run"]["detail"]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_earlier_checkpoints_where_all_are_kept(app, api, work, finished, settings):
    app.state.settings = settings.model_copy(update={"checkpoints": "all"})
    early = lambda step: of(finished[1], parameters={"run": finished[1]["id"], "step": step})
    assert faults(post(api, early(5)))["/parameters/step"]["fix"] == "Kept: 2, 4, 6."
    job = post(api, early(4)).json()
    assert job["spec"]["at"] == 4 and work() == {"ending": "done"}
    spec = {name: value for name, value in job["spec"].items() if name != "parameters"}
    have = Report.model_validate(api.get(job["links"]["report"]).json())
    want = run_probe(Probe.model_validate(spec))
    value = lambda report: report.found[0].parts["all"].variance.value
    assert value(have) == pytest.approx(value(want), rel=1e-5)


def test_plug_ins_are_admitted_by_what_workers_published(api, database):
    entry = catalogue.describe_estimator(
        catalogue.ESTIMATORS["reinmax"](), [], Origin(version="1", code="c")
    )
    with database.begin() as session:
        plugins.publish_detail(session, plugins.renamed_detail("theirs:best", entry))
    asked = lambda name, **more: PROBE | {"estimators": [{"name": "half"}, {"name": name, **more}]}
    spec = post(api, asked("theirs:best", temperature=2)).json()["spec"]
    assert [one["name"] for one in spec["estimators"]] == ["half", "theirs:best"]
    assert spec["estimators"][1]["temperature"] == 2.0
    assert "/estimators/1/name" in faults(post(api, asked("theirs:bes")))
    assert "/estimators/1/temperature" in faults(post(api, asked("theirs:best", temperature=-1)))
    assert post(api, PROBE | {"trained_by": {"name": "theirs:best"}}).status_code == 201


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_client_submits_and_reads_reports(api, work):
    with Client(str(api.base_url)) as client:
        job = client.submit(PROBE)
        with pytest.raises(Refused, match="it is queued"):
            client.report(job["id"])
        work()
        assert Report.model_validate(client.report(job["id"])).exact
        assert [one["id"] for one in client.jobs(kind="probe")] == [job["id"]]
