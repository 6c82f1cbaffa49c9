"""A suite through the service, as a person types it."""

import json

from tests.api.test_suites import train
from tests.cli.conftest import gradarena

NAME = "muprop-2016"
ROW = "table2-mnist-392-200-200-392-*"
FEW = ["--cells", "*-392-200-200-392-st", "--steps", "10", "--seeds", "2", "--rates", "0.1,0.03"]


def test_submit_then_report(service, tmp_path):
    done = gradarena("suite", "submit", NAME, *FEW, url=service.url)
    [line] = done.stdout.splitlines()
    assert done.exit_code == 0 and line.endswith(" table2-mnist-392-200-200-392-st")
    train(service.database)
    words = ["suite", "report", NAME, "--jobs", "--cells", ROW, "--pictures", tmp_path]
    shown = gradarena(*words, url=service.url)
    assert shown.exit_code == 0 and "50.50" in shown.stdout
    assert (tmp_path / "table2-mnist-392-200-200-392.svg").exists()
    found = json.loads(gradarena(*words[:6], "--json", url=service.url).stdout)
    assert [cell["steps"] for cell in found["cells"]] == [0, 0, 0, 10, 0]


def test_what_is_left_out_is_said(service):
    words = ["suite", "submit", NAME, "--cells", "table2-*-st", "--steps", "1", "--seeds", "1"]
    done = gradarena(*words, url=service.url)
    assert done.exit_code == 0 and len(done.stdout.splitlines()) == 2
    assert "table2-tfd-2304-200-200-2304-st is left out" in done.stderr.replace("\n", " ")
    made = json.loads(gradarena(*words, "--json", url=service.url).stdout)
    assert len(made["data"]) == 2 and len(made["left_out"]) == 1
    for line in done.stdout.splitlines() + [one["job"]["id"] for one in made["data"]]:
        gradarena("cancel", line.split()[0], url=service.url)


def test_bad_input(service):
    done = gradarena("suite", "submit", NAME, "--cells", "nothing", url=service.url)
    assert done.exit_code == 2 and "No cell fits." in done.stderr
    assert gradarena("suite", "submit", NAME, "--rates", "a,b", url=service.url).exit_code == 2
    assert gradarena("suite", "submit", NAME).exit_code == 3
    assert gradarena("suite", "report", "muprop-2017", "--jobs", url=service.url).exit_code == 2


def test_trajectories_are_submitted(service):
    words = ["suite", "probe", NAME, "--submit", "--rows", ROW[:-2], "--at", "0,5"]
    done = gradarena(*words, url=service.url)
    assert done.exit_code == 0
    assert [line.split(maxsplit=1)[1] for line in done.stdout.splitlines()] == [
        f"{ROW[:-2]} after {at} steps" for at in (0, 5)
    ]
    made = json.loads(gradarena(*words, "--json", url=service.url).stdout)["data"]
    for line in done.stdout.splitlines() + [one["job"]["id"] for one in made]:
        gradarena("cancel", line.split()[0], url=service.url)
    assert gradarena(*words[:-1], "a", url=service.url).exit_code == 2
