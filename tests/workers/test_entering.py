"""From nothing to a ranked board by the command line, with kill -9 on the way: nothing is lost, and
nothing is doubled."""

import json
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress

import psutil
import pytest

from analysis.ledger.shapes import ClaimBoard, Ledger
from analysis.ledger.verify import ledger_faults
from service.client import Client
from tests.estimators.test_protocols import ABOUT
from tests.patience import until

SMALL = ABOUT | {
    "model": {"name": "gaussian_vae", "layers": [{"family": "gaussian", "n": 2}]},
    "dataset": {"name": "digits"},
    "optimizer": {"name": "adam"},
    "evaluation": {"every": 10, "samples": 2},
    "tuning": {"learning_rates": [0.001, 0.003, 0.01, 0.03], "seeds": [100, 101]},
}
OWN = {
    "estimator": {"name": "reinforce_loo"},
    "tuning": {"learning_rates": [0.003, 0.01], "settings": [{"draws": 2}, {"draws": 4}]},
}
# words of a command line by which its process is known
VICTIMS = {
    "runner": ["workers.runner"],
    "API": ["service.cli", "serve"],
    "worker": ["celery", "cpu-0@%h"],
    "dispatcher": ["workers.dispatch"],
    "broker": ["valkey-server"],
}


@pytest.fixture
def arena(tmp_path):
    """A service as `gradarena up` starts it, which is told to stop; its client, and its process."""
    command = ["up", "--port", "0", "--workers", "2", "--lease", "20", "--data", str(tmp_path)]
    words = [sys.executable, "-m", "service.cli", *command]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as service:
        url = next(word for word in service.stdout.readline().split() if "http" in word)
        with Client(url.rstrip(","), patience=600) as client:
            yield client, psutil.Process(service.pid)
        service.terminate()


def command(client, *words):
    line = [sys.executable, "-m", "service.cli", *map(str, words), "--url", client.url]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kill(service, *victims) -> None:
    """-9, one after the other, each as soon as it is there."""
    for victim in victims:
        until(lambda words=VICTIMS[victim]: child_of(service, words)).kill()


def child_of(service, words):
    for process in service.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            line = " ".join(process.cmdline())
            if all(word in line for word in words):
                return process
    return None


def states(client) -> Counter:
    return Counter(entry["state"] for entry in client.entries("small"))


def jobs_of(entry) -> list[str]:
    tuning = [one["tuning_job_id"] for one in entry["candidates"]]
    return [*tuning, entry["confirmation_job_id"]]


@pytest.mark.slow
def test_all_are_ranked_whatever_is_killed_and_again_supersedes(arena, tmp_path):
    client, service = arena
    since = time.monotonic()
    client._json("POST", "/v1/benchmarks", json=SMALL)
    entrants = client.benchmark("small")["entrants"]
    with command(client, "enter", "small", "--all", "--watch") as entering:
        until(lambda: sum(states(client).values()) > 2)
        kill(service, "API", "runner", "broker", "worker")
        until(lambda: states(client)["confirming"] > 2)
        kill(service, "dispatcher", "API", "runner", "worker")
        said, _ = entering.communicate()
        assert entering.returncode == 0, said
    first = client.entries("small")
    assert [entry["estimator"]["name"] for entry in first] == entrants
    assert states(client) == {"ranked": len(entrants)}
    jobs = [job for entry in first for job in jobs_of(entry)]
    assert len(jobs) == len(set(jobs)) == len(list(client.jobs())) == 2 * len(entrants)
    print(f"\n{len(entrants)} entries, {len(jobs)} jobs, {time.monotonic() - since:.0f} s")

    with command(client, "enter", "small", "muprop", "--watch") as again:
        assert "which supersedes an earlier try" in again.communicate()[1]
    (tmp_path / "own.json").write_text(json.dumps(OWN))
    with command(client, "enter", "small", tmp_path / "own.json", "--watch") as choosing:
        until(lambda: len(client.entries("small")) > len(entrants))
        kill(service, "runner", "API", "worker")
        choosing.communicate()
        assert choosing.returncode == 0
    check_ledger(client, len(entrants))
    print(f"and two more, {time.monotonic() - since:.0f} s in all")


def check_ledger(client, entrants) -> None:
    """One try was superseded and stays in the history, one entry chose among its own settings, and
    the board follows from all of it."""
    current, every = client.entries("small"), client.entries("small", history=True)
    assert len(current) == entrants + 1 and len(every) == entrants + 2
    [late] = [entry for entry in current if entry["supersedes"]]
    assert late["estimator"]["name"] == "muprop" and late["supersedes"] not in map(id_of, current)
    assert sum(len(jobs_of(entry)) for entry in every) == len(list(client.jobs()))
    board = ClaimBoard.model_validate(client.claims("small"))
    assert len(board.rows) == entrants + 1 and not board.unranked
    assert any(row.label.endswith("best of 2 settings") for row in board.rows)
    assert ledger_faults(board, Ledger.model_validate(client.ledger("small"))) == []


def id_of(entry) -> str:
    return entry["id"]
