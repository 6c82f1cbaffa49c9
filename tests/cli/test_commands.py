"""The commands, as a person or a script types them."""

import json
import subprocess
import sys
from threading import Thread

import pytest

from tests.api.training import claim, write
from tests.cli.conftest import QUICK, gradarena, process


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def submitted(service, spec):
    return gradarena("submit", spec, url=service.url).stdout.strip()


def finish(service, ended="completed"):
    """What a worker would do with what waits first."""
    bundle = claim(service.database)
    write(service.database, bundle, 10, lambda lane: {"bound/test": ([10], [30.0 + lane])}, ended)


def test_submit_prints_the_identifier(service, spec):
    done = gradarena("submit", spec, url=service.url)
    assert done.exit_code == 0 and "muprop on digits: 2 runs of 10 steps" in done.stderr
    told = gradarena("jobs", "--json", "--state", "queued", url=service.url)
    assert json.loads(told.stdout)[0]["id"] == done.stdout.strip()
    assert gradarena("cancel", done.stdout.strip(), url=service.url).stdout.endswith(
        "is cancelled.\n"
    )


def test_names_that_nobody_reads_are_told_by_clients_too(service, monkeypatch):
    monkeypatch.setenv("GRADARENA_KYE", "x")
    done = gradarena("benchmarks", url=service.url)
    assert done.exit_code == 0
    assert done.stderr == "GRADARENA_KYE is no setting; GRADARENA_KEY is.\n"


def test_submit_reads_standard_input(service):
    done = gradarena("submit", "-", "--json", url=service.url, stdin=json.dumps(QUICK))
    job = json.loads(done.stdout)
    assert job["counts"] == {"queued": 2} and job["spec"]["training"]["steps"] == 10
    assert (
        json.loads(gradarena("cancel", job["id"], "--json", url=service.url).stdout)["state"]
        == "cancelled"
    )
    again = json.loads(gradarena("retry", job["id"], "--json", url=service.url).stdout)
    assert again["state"] == "queued"
    gradarena("cancel", job["id"], url=service.url)


def test_watch_follows_to_the_end(service, spec):
    job = submitted(service, spec)
    worker = Thread(target=finish, args=(service,))
    worker.start()
    done = gradarena("watch", job, url=service.url)
    worker.join()
    assert done.exit_code == 0, done.stderr
    assert "submitted" in done.stdout and "succeeded: 2 completed." in done.stdout


def test_watch_as_lines(service, spec):
    started = submitted(service, spec)
    finish(service, "diverged")
    events = lines(gradarena("watch", started, "--json", url=service.url).stdout)
    assert events[0]["event"] == "submitted" and events[-1]["event"] == "end"
    assert events[-1]["data"]["state"] == "succeeded"


def test_a_failed_job_is_exit_code_one(service, spec):
    job = submitted(service, spec)
    gradarena("cancel", job, url=service.url)
    done = gradarena("watch", job, url=service.url)
    assert done.exit_code == 1 and "cancelled: 2 cancelled." in done.stdout


def test_leaderboard(service, spec):
    submitted(service, spec)
    finish(service)
    [board] = json.loads(gradarena("leaderboard", "--json", url=service.url).stdout)["rows"]
    assert board["label"] and board["seeds"] == 2
    shown = gradarena("leaderboard", url=service.url)
    assert shown.exit_code == 0 and board["label"] in shown.stdout
    other = QUICK | {"training": {"steps": 11}}
    more = gradarena("submit", "-", url=service.url, stdin=json.dumps(other)).stdout.strip()
    listed = gradarena("leaderboard", url=service.url).stdout.splitlines()
    assert len(listed) == 6 and listed[0].startswith("benchmark")
    gradarena("cancel", more, url=service.url)
    strange = gradarena("leaderboard", "--axis", "stepz", url=service.url)
    assert strange.exit_code == 2 and "--axis" in strange.stderr and "evals" in strange.stderr


BAD = {
    "misspelt": ('{"modle": {}}', "Did you mean model?"),
    "no JSON": ("{", "is not JSON"),
    "no object": ("[1]", "holds no JSON object"),
    "negative": (json.dumps(QUICK | {"training": {"steps": -1}}), "/training/steps"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_exit_code_two(service, case):
    body, words = BAD[case]
    done = gradarena("submit", "-", url=service.url, stdin=body)
    assert done.exit_code == 2 and words in done.stderr and not done.stdout


def test_what_is_not_there_is_exit_code_two(service):
    assert gradarena("submit", "nowhere.json", url=service.url).exit_code == 2
    assert gradarena("watch", "0" * 32, url=service.url).exit_code == 2
    assert gradarena("estimators", "mupro").exit_code == 2
    assert gradarena("leaderboard", "0" * 16, url=service.url).exit_code == 2


def test_exit_codes_of_a_process(service, spec):
    done = process("submit", spec)
    assert done.returncode == 3 and "No service answers at http://127.0.0.1:9" in done.stderr
    done = process("submit", spec, url=service.url)
    assert (
        done.returncode == 0
        and not process("cancel", done.stdout.strip(), url=service.url).returncode
    )


def test_it_starts_without_torch_and_without_the_server():
    code = "import sys, service.cli; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0 and not {
        "torch",
        "scipy",
        "sqlalchemy",
        "celery",
        "fastapi",
        "uvicorn",
    } & set(done.stdout.split())


def test_estimators_need_no_service():
    entries = json.loads(gradarena("estimators", "--json").stdout)
    table = gradarena("estimators").stdout
    assert all(entry["name"] in table for entry in entries)
    one = gradarena("estimators", "reinforce_loo").stdout
    assert "4 + 4" in one and ">= 2, <= 64" in one


def test_run_needs_no_service(tmp_path, capfd):
    """And takes what submit takes."""
    spec = tmp_path / "toy.json"
    toy = {
        "model": {"name": "toy"},
        "estimator": {"name": "reinforce"},
        "dataset": {"name": "nothing"},
    }
    spec.write_text(
        json.dumps(toy | {"training": {"steps": 20}, "seeds": [1], "labels": {"a": "b"}})
    )
    done = gradarena("run", spec, "--json")
    assert done.exit_code == 0, done.stderr
    series = [line["series"] for line in lines(capfd.readouterr().out) if "series" in line]
    steps = [step for part in series for step in part.get("cost/train", [[]])[0]]
    assert steps == list(range(1, 21))
    bad = gradarena("run", "-", stdin=json.dumps(toy | {"seed": [1]}))
    assert bad.exit_code == 2 and "/seed: There is no field seed here." in bad.stderr


def test_keys_are_asked_for_at_other_addresses():
    done = gradarena("serve", "--host", "0.0.0.0")
    assert done.exit_code == 2 and "No keys are set" in done.stderr
