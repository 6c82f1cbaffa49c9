"""Probes of the service, as a person or a script types them."""

import json
from threading import Thread
from time import sleep

import pytest

from estimators.commands.probe import main
from estimators.measuring.report_table import report_table
from estimators.specs.findings import Report
from service.config import Settings
from service.store import bundles
from tests.cli.conftest import gradarena
from workers.runner import Runner

FEW = "--batches 8 --draws 2 --reference-draws 2 --examples 5 --warm-up 0".split()
SMALL = {
    "kind": "probe",
    "model": {"name": "toy"},
    "dataset": {"name": "nothing"},
    "batches": 8,
    "draws": 2,
}
HERE = ["--model", "toy", "--dataset", "nothing", *FEW, "--estimators", "half,reinforce_loo"]


@pytest.fixture
def worker(service, tmp_path):
    """Sees one bundle through, as soon as there is one."""
    thread = Thread(target=work, args=(service.database, Settings(data=tmp_path)))
    thread.start()
    yield
    thread.join()


def work(database, settings):
    bundle = None
    while bundle is None:
        sleep(0.05)
        with database.begin() as session:
            bundle = bundles.claim_bundle(session, "cpu", "w", 30)
    Runner(database, settings, lambda word: None).attempt(bundle.id, bundle.attempt)


def timeless(text):
    """A table without its last column, milliseconds."""
    return [line.rsplit(None, 1)[0] for line in text.splitlines() if line]


def test_the_service_prints_what_the_library_prints(service, worker, capsys):
    done = gradarena("probe", *HERE, "--at", 3, "--submit", url=service.url)
    assert done.exit_code == 0, done.output
    assert main([*HERE, "--at", "3"]) == 0
    assert timeless(done.stdout) == timeless(capsys.readouterr().out)
    job = done.stderr.splitlines()[0]
    again = gradarena("report", job, url=service.url)
    assert again.stdout == done.stdout
    report = Report.model_validate_json(gradarena("report", job, "--json", url=service.url).stdout)
    assert report_table(report) + "\n" == done.stdout
    [listed] = json.loads(gradarena("jobs", "--kind", "probe", "--json", url=service.url).stdout)
    assert listed["id"] == job and "probe, toy" in gradarena("jobs", url=service.url).stdout


def test_a_file_is_submitted_as_any_job_is(service, worker):
    """And a probe that has ended says where its report is."""
    body = json.dumps(SMALL | {"estimators": [{"name": "exact"}]})
    done = gradarena("submit", "-", "--watch", url=service.url, stdin=body)
    assert done.exit_code == 0 and "A probe of toy on nothing after 0 steps" in done.stderr
    assert "says what it found" in done.stdout and "left" not in done.stdout


def test_bad_input_is_exit_code_two(service):
    done = gradarena("probe", *HERE, "--at", 7_000, "--submit", url=service.url)
    assert done.exit_code == 2 and "/at: Nothing happens after step 6000" in done.stderr
    done = gradarena("probe", *HERE, "--run", "7", "--submit", url=service.url)
    assert done.exit_code == 2 and "/parameters/run" in done.stderr
    done = gradarena("report", "0" * 32, url=service.url)
    assert done.exit_code == 2 and "There is no job" in done.stderr
    assert gradarena("probe", "nowhere.json", "--submit", url=service.url).exit_code == 2
    assert "--submit" in gradarena("probe", "--help").stdout


def test_run_takes_a_probe_that_needs_no_service(tmp_path, capfd):
    file = tmp_path / "probe.json"
    file.write_text(json.dumps(SMALL | {"estimators": [{"name": "exact"}], "labels": {"a": "b"}}))
    done = gradarena("run", file)
    said = capfd.readouterr()
    assert done.exit_code == 0 and said.out.startswith("toy on nothing after 0 steps"), said.err
    done = gradarena("run", "-", stdin=json.dumps(SMALL | {"parameters": {"run": "0" * 32}}))
    assert done.exit_code == 2 and "/parameters" in done.stderr
