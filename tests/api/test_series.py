"""Series over HTTP: every value comes back, numbers that are none included; thinned; as CSV."""

import csv
import io
import math

import numpy as np
import pytest

from estimators.specs import ESTIMATORS
from estimators.specs.series_labels import series_label
from tests.api.conftest import SMALLEST
from tests.api.training import claim, write

STEPS = 2000
NOISE = np.random.default_rng(0).normal(size=STEPS)
BROKEN = [1.0, math.nan, math.inf, -math.inf]


@pytest.fixture
def trained(api, database):
    """Two runs of 2,000 steps: a dense series, and a sparse one that breaks."""
    body = SMALLEST | {"seeds": [5, 6], "training": {"steps": STEPS}}
    job = api.post("/v1/jobs", json=body).json()
    dense = {"cost/train": (range(1, STEPS + 1), NOISE)}
    broken = {"bound/test": ([0, 500, 1000, 1500], BROKEN)}
    write(database, claim(database), STEPS, lambda lane: dense | broken, where={"torch": "2"})
    return job


def test_every_value_comes_back(api, trained):
    [run, _] = api.get(f"/v1/jobs/{trained['id']}/runs").json()["data"]
    found = api.get(f"/v1/runs/{run['id']}/series", params={"max_points": 5000}).json()
    assert found["series"]["cost/train"] == {
        "steps": list(range(1, STEPS + 1)),
        "values": NOISE.tolist(),
    }
    assert found["series"]["bound/test"]["values"] == [1.0, "NaN", "Infinity", "-Infinity"]
    assert (found["seed"], found["setting"]) == (5, {"learning_rate": 0.01, "momentum": 0.9})
    assert (
        run["summaries"] == {"cost/train": NOISE[-1], "bound/test": None} and run["step"] == STEPS
    )


def test_a_run_says_where_it_trained(api, trained):
    [run, _] = api.get(f"/v1/jobs/{trained['id']}/runs").json()["data"]
    assert api.get(f"/v1/runs/{run['id']}").json()["environments"] == [{"torch": "2"}]


def test_thinning_keeps_the_extremes(api, trained):
    page = api.get(
        f"/v1/jobs/{trained['id']}/series", params={"max_points": 100, "names": "cost/train"}
    ).json()
    assert [run["seed"] for run in page["data"]] == [5, 6] and page["next_cursor"] is None
    values = page["data"][0]["series"]["cost/train"]["values"]
    assert len(values) <= 100 and {min(values), max(values)} == {NOISE.min(), NOISE.max()}


@pytest.mark.parametrize("names", [["bound/test"], ["bound/test,"], ["bound/test", "none"]])
def test_series_are_chosen_by_name(api, trained, names):
    page = api.get(f"/v1/jobs/{trained['id']}/series", params={"names": names}).json()
    assert [list(run["series"]) for run in page["data"]] == [["bound/test"]] * 2


def test_names_of_shadows_tell_their_settings(api, database):
    """Dots and dashes too."""
    name = series_label(ESTIMATORS["gumbel_softmax"](temperature=0.3, rate=1e-6))
    body = SMALLEST | {"seeds": [5], "training": {"steps": STEPS}}
    job = api.post("/v1/jobs", json=body).json()
    shadow = {f"shadow/{name}/variance": ([0, 500], [2.0, 1.0])}
    write(database, claim(database), STEPS, lambda lane: shadow)
    page = api.get(
        f"/v1/jobs/{job['id']}/series", params={"names": f"shadow/{name}/variance"}
    ).json()
    assert [list(run["series"]) for run in page["data"]] == [list(shadow)]


def test_runs_come_in_pages(api, trained):
    ask = lambda **cursor: api.get(
        f"/v1/jobs/{trained['id']}/series", params={"limit": 1} | cursor
    ).json()
    assert (ask()["next_cursor"], ask(cursor="0")["next_cursor"]) == ("0", None)
    assert ask(cursor="0")["data"][0]["seed"] == 6


def test_csv(api, trained):
    csv_please = {"Accept": "text/csv, application/json;q=0.1"}
    answer = api.get(f"/v1/jobs/{trained['id']}/series?names=bound/test", headers=csv_please)
    assert (
        answer.headers["Content-Type"].startswith("text/csv") and answer.headers["Vary"] == "Accept"
    )
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["value"] for row in rows[:4]] == ["1.0", "nan", "inf", "-inf"]
    assert {(row["seed"], row["learning_rate"], row["series"]) for row in rows} == {
        ("5", "0.01", "bound/test"),
        ("6", "0.01", "bound/test"),
    }


def test_what_is_known_is_not_sent_again(api, trained):
    path = f"/v1/jobs/{trained['id']}/series"
    tag = api.get(path).headers["ETag"]
    assert api.get(path, headers={"If-None-Match": f'"x", {tag}'}).status_code == 304
    assert api.get(path, headers={"If-None-Match": tag, "Accept": "text/csv"}).status_code == 200
