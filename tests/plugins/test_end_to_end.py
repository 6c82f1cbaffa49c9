"""A newcomer's package, installed for the worker and not for the API: listed, certified, trained,
ranked."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis.boards.shapes import Board
from analysis.boards.verify import verify_board
from analysis.records.runs import load_runs
from service.api.app import create_app
from service.config import Settings
from service.store.base import open_engine, session_factory
from tests.api.conftest import plain_client, served
from tests.conftest import emptied
from tests.patience import HANG
from tests.workers.fleet import Fleet, until

pytestmark = pytest.mark.xdist_group("plug-ins")
EXAMPLES = Path(__file__).parents[2] / "examples"
NAME = "my-package:antithetic"
SPEC = {
    "model": {"name": "toy"},
    "estimator": {"name": NAME},
    "dataset": {"name": "nothing"},
    "training": {"steps": 20},
    "evaluation": {"samples": 2},
}


def installed(package: str, folder: Path) -> Path:
    """A package of ours as pip installs it, in a folder of its own."""
    source = shutil.copytree(EXAMPLES / package, folder / package)  # a build leaves files beside it
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    command = [*pip, "--disable-pip-version-check", "--target", folder / "site", source]
    subprocess.run(command, check=True)
    return folder / "site"


@pytest.fixture(scope="module")
def arena(valkey, tmp_path_factory):
    """An API in this process, a worker that has the package, and one database."""
    folder = tmp_path_factory.mktemp("arena")
    url, site = f"sqlite:///{folder}/arena.db", installed("plugin", folder)
    engine = emptied(open_engine(url))
    fleet = Fleet(folder, url, valkey.url, session_factory(engine))
    fleet.environment["PYTHONPATH"] = os.pathsep.join([str(site), str(Path.cwd())])
    fleet.start("w0")
    app = create_app(Settings(database=url, data=folder))
    with served(app) as address, plain_client(address) as api:
        yield SimpleNamespace(api=api, log=folder / "w0.log")
    assert fleet.stop() == {"w0": 0}
    engine.dispose()


@pytest.fixture(scope="module")
def entry(arena):
    """What the API says of the plug-in, once it is certified."""

    def found():
        answer = arena.api.get(f"/v1/estimators/{NAME}")
        return answer.status_code == 200 and answer.json()["kept"] is not None and answer.json()

    return until(found, HANG)


@pytest.fixture(scope="module")
def job(arena, entry):
    """A job of the plug-in beside one of a built-in estimator, both done."""
    for body in (SPEC | {"estimator": {"name": "reinforce"}}, SPEC):
        job = arena.api.post("/v1/jobs", json=body).json()
        until(lambda: arena.api.get(job["links"]["self"]).json()["state"] == "succeeded")
    return job


def test_it_stands_beside_the_built_in_ones_with_the_same_fields(arena, entry):
    listed = {one["name"]: one for one in arena.api.get("/v1/estimators").json()["data"]}
    ours, theirs = listed["reinforce"], listed[NAME]
    assert theirs.keys() == ours.keys() and theirs == {name: entry[name] for name in theirs}
    assert theirs["families"] == ["bernoulli"] and theirs["title"].startswith("REINFORCE on pairs")
    assert [(p["name"], p["default"], p["bounds"]) for p in theirs["parameters"]] == [
        ("pairs", 2, ">= 2, <= 16")
    ]
    assert theirs["cost"]["forward"] == 4 and theirs["plugin"]["version"] == "1.0"


def test_the_worker_certified_it(entry):
    assert entry["kept"] is True
    assert [one["estimator"] for one in entry["certificates"]] == [
        {"name": NAME, "pairs": n} for n in (2, 3)
    ]
    assert {one["code"] for one in entry["certificates"]} == {entry["plugin"]["code"]}


def test_nobody_imported_it_here(entry):
    assert find_spec("my_package") is None


@pytest.mark.parametrize(
    "estimator, model, slug, pointer, words",
    [
        ({"pairs": 1}, {}, "invalid", "/estimator/pairs", "1 is less than the minimum of 2"),
        ({"pair": 3}, {}, "invalid", "/estimator/pair", "Did you mean pairs?"),
        ({"pairs": True}, {}, "invalid", "/estimator/pairs", "not of type 'integer'"),
        (
            {"name": "my-package:antithetik"},
            {},
            "refused",
            "/estimator/name",
            f"Did you mean {NAME}?",
        ),
        ({}, {"name": "categorical_belief_net"}, "refused", "/estimator", "categorical units"),
        (
            {},
            {"name": "sigmoid_belief_net", "bound": 5},
            "refused",
            "/estimator",
            "several samples",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_a_reason(
    arena, entry, estimator, model, slug, pointer, words
):
    other = {"model": model, "dataset": {"name": "digits"}} if model else {}
    body = SPEC | {"estimator": {"name": NAME} | estimator} | other
    answer = arena.api.post("/v1/jobs", json=body)
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (422, f"/problems/{slug}")
    [fault] = problem["errors"]
    assert fault["pointer"] == pointer and words in f"{fault['detail']} {fault.get('fix')}"


def test_it_trains(arena, job):
    assert job["spec"]["estimator"] == {"name": NAME, "pairs": 2}, "defaults are filled in"
    run = arena.api.get(f"/v1/jobs/{job['id']}/runs").json()["data"][0]
    assert run["state"] == "succeeded" and run["step"] == 20


def test_equal_settings_are_one_cell(arena, job):
    again = SPEC | {"estimator": {"name": NAME, "pairs": 2.0}, "seeds": [9]}
    assert arena.api.post("/v1/jobs", json=again).json()["cell_id"] == job["cell_id"]


def test_a_board_ranks_it_and_can_be_verified(arena, job, entry):
    address = f"/v1/leaderboards/{job['benchmark_id']}"
    board = Board.model_validate(arena.api.get(address).json())
    row = next(row for row in board.rows if row.label == NAME)
    assert row.ranks and row.unranked is None and row.declared.unbiased_for == "all"
    assert verify_board(board, load_runs(arena.api.get(f"{address}/runs").text.splitlines())).agrees
    assert board.environments[row.environments[0]]["plugin_code"] == entry["plugin"]["code"]
