"""A job by options instead of a file, by a part of its identifier, and through a restart."""

import json

import httpx
import pytest

from service.cli.flags import override
from service.client import Client, Refused
from tests.cli.conftest import gradarena


@pytest.fixture
def job(service):
    words = ["--estimator", "nvil", "--seeds", "2", "--rates", "0.01,0.03", "--steps", "10"]
    settings = ["--set", "signal.normalise=false", "--set", "training.batch_size=5"]
    done = gradarena("submit", *words, *settings, "--json", url=service.url)
    assert done.exit_code == 0, done.output
    made = json.loads(done.stdout)
    yield made
    gradarena("cancel", made["id"], url=service.url)


def test_options_make_an_experiment(job):
    spec = job["spec"]
    assert (spec["model"]["name"], spec["dataset"]["name"]) == ("structured_prediction", "digits")
    assert spec["estimator"]["name"] == "nvil" and spec["estimator"]["signal"]["normalise"] is False
    assert spec["training"]["learning_rate"] == [0.01, 0.03] and spec["training"]["batch_size"] == 5
    assert spec["seeds"] == [0, 1] and job["counts"] == {"queued": 4}


def test_a_field_of_a_part_leaves_its_others_at_their_defaults():
    body = {"estimator": {"name": "muprop"}}
    asked = override(body, ["signal.normalise=true", "training.optimizer.momentum=0"], *[None] * 3)
    signal, optimizer = asked["estimator"]["signal"], asked["training"]["optimizer"]
    assert (signal["normalise"], signal["centre"]) == (True, True)
    assert optimizer == {"name": "sgd", "momentum": 0}
    # what a file says of a part is all that it says
    body["estimator"]["signal"] = {"centre": False}
    asked = override(body, ["signal.normalise=true"], *[None] * 3)
    assert asked["estimator"]["signal"] == {"centre": False, "normalise": True}


def test_options_change_a_file(service, spec):
    done = gradarena("submit", spec, "--estimator", "nvil", "--json", url=service.url)
    made = json.loads(done.stdout)
    assert made["estimator"] == "nvil" and made["spec"]["training"]["steps"] == 10
    gradarena("cancel", made["id"], url=service.url)


@pytest.mark.parametrize(
    "words, says",
    [
        ([], "Name a file, or an estimator"),
        (["--estimator", "mupro"], "Did you mean muprop?"),
        (["--estimator", "muprop", "--set", "tuning_rat=1"], "Did you mean tuning_rate?"),
        (["--estimator", "muprop", "--set", "tuning_rate"], "is not FIELD=VALUE"),
        (["--estimator", "muprop", "--set", "name.first=1"], "name has no fields"),
        (["--estimator", "muprop", "--rates", "a"], "--rates: 'a' is no number"),
    ],
)
def test_what_options_cannot_say(service, words, says):
    done = gradarena("submit", *words, url=service.url)
    assert done.exit_code == 2 and says in " ".join(done.stderr.split())


def test_a_job_is_found_by_a_part_of_its_identifier(service, job):
    for part in (job["id"], job["id"][-12:], "last"):
        done = gradarena("show", part, "--json", url=service.url)
        assert json.loads(done.stdout)["id"] == job["id"]
    done = gradarena("show", "zzz", url=service.url)
    assert done.exit_code == 2 and "There is no job zzz." in done.stderr
    gradarena("submit", "--estimator", "nvil", "--steps", "1", url=service.url)
    done = gradarena("show", job["id"][:2], url=service.url)
    assert done.exit_code == 2 and "jobs start or end with" in done.stderr
    gradarena("cancel", "last", url=service.url)


def test_show_says_what_there_is(service, job):
    shown = gradarena("show", job["id"], url=service.url).stdout
    assert "nvil, structured_prediction, digits" in shown and "queued: 4 queued" in shown
    assert "learning_rate=0.03" in shown and "normalise: false" in shown
    assert "No worker serves the queue cpu." in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_extend_adds_seeds(service, job):
    done = gradarena("extend", job["id"], "--seeds", "2", "--json", url=service.url)
    more = json.loads(done.stdout)
    assert more["spec"]["seeds"] == [2, 3] and more["parent_id"] == job["id"]
    assert gradarena("cancel", more["id"], url=service.url).exit_code == 0
    done = gradarena("extend", job["id"], url=service.url)
    assert done.exit_code == 2 and "Say --seeds or --steps" in done.stderr
    done = gradarena("extend", job["id"], "--steps", "20", url=service.url)
    assert done.exit_code == 2 and "/steps" in done.stderr


def test_open_prints_the_address(service, job, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    done = gradarena("open", job["id"], url=service.url)
    assert done.stdout.strip() == opened[0] == f"{service.url}/jobs/{job['id']}"
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    done = gradarena("open", job["id"], url=service.url)
    assert (done.stdout.strip(), done.exit_code) == (opened[0], 0)
    assert "No browser could be started here" in done.stderr


def test_the_version():
    assert gradarena("--version").stdout.startswith("gradarena 0.")


def test_watching_outlives_a_service_that_is_away(service, job):
    """Through broken connections, and answers that say try again soon."""
    trouble = [httpx.ConnectError("away")] * 3 + [Refused({"status": 503})]

    class Restarting(Client):
        def _events(self, job, last):
            if trouble:
                raise trouble.pop()
            return super()._events(job, last)

    with Restarting(service.url, patience=1.0) as client:
        client.cancel(job["id"])
        events = list(client.watch(job["id"]))
    assert not trouble and events[-1][0] == "end"


def test_watching_gives_up_at_last(service, job):
    class Away(Client):
        def _events(self, job, last):
            raise httpx.ConnectError("away")

    with Away(service.url) as client, pytest.raises(Exception, match="No service answers"):
        list(client.watch(job["id"], patience=0.0))
