"""The demo's plan, its pictures' data, and Ctrl-C at any moment."""

import io
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from rich.console import Console

from analysis.records.labels import estimator_label
from estimators.specs.experiment import Experiment
from service.demo import progress
from service.demo.pictures import demo_curves
from service.demo.plan import ENTRANTS, GRID, demo_experiments
from tests.patience import HANG
from tests.thoroughness import often

SMALLEST = {
    "model": {"name": "structured_prediction"},
    "estimator": {"name": "muprop"},
    "dataset": {"name": "digits"},
}


def test_all_entrants_stand_on_the_board_of_the_smallest_spec():
    boards = {Experiment.model_validate(spec).benchmark_id for spec in demo_experiments()}
    assert boards == {Experiment.model_validate(SMALLEST).benchmark_id}


def test_every_entrant_has_a_name_of_its_own_and_a_rate_of_the_grid():
    specs = demo_experiments()
    assert len({estimator_label(spec["estimator"]) for spec in specs}) == len(ENTRANTS) == 7
    assert {spec["training"]["learning_rate"] for spec in specs} <= set(GRID)
    assert all(
        len(Experiment.model_validate(spec).runs) == 5 * len(GRID)
        for spec in demo_experiments(grid=True)
    )


def test_curves_are_those_of_the_chosen_setting():
    class Row:
        label, setting = "half", {"learning_rate": 0.1}

    class Board:
        rows = [Row]

    def run(rate, value):
        series = {"bound/validation": {"steps": [0, 10], "values": [20.0, value]}}
        return {"setting": {"learning_rate": rate}, "series": series}

    series = {"half": [run(0.1, 9.0), run(0.3, "NaN"), run(0.1, 8.0)]}
    drawn = demo_curves(Board, series, "bound/validation")
    assert drawn == {"half": [([0, 10], [20.0, 9.0]), ([0, 10], [20.0, 8.0])]}


@pytest.mark.parametrize("terminal", [False, True])
def test_progress_is_lines_where_no_terminal_is(monkeypatch, terminal):
    looks = iter(["queued", "running", "running", "succeeded"])

    class Service:
        def jobs(self, limit):
            return [{"id": "1", "state": next(looks), "progress": 0.5}]

    monkeypatch.setattr(progress, "PAUSE", 0)
    console = Console(file=io.StringIO(), force_terminal=terminal, width=80)
    ended = progress.watch_jobs(Service(), {"half": {"id": "1"}}, console)
    printed = console.file.getvalue()
    lines = [line.partition(" ")[2] for line in printed.splitlines()]
    assert ended["half"]["state"] == "succeeded"
    assert (lines == ["half: running", "half: succeeded"]) is not terminal
    assert ("━" in printed) is terminal


def about(folder) -> list[psutil.Process]:
    """Processes that were told of this folder."""
    found = []
    for process in psutil.process_iter():
        try:
            told = [*process.cmdline(), *process.environ().values()]
            if (
                any(str(folder) in word for word in told)
                and process.status() != psutil.STATUS_ZOMBIE
            ):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


MOMENTS = ["at once", "while it starts", "while it trains"]


@pytest.mark.parametrize("moment", often(MOMENTS, MOMENTS[:2]))
def test_ctrl_c_leaves_nothing(tmp_path, moment):
    told = os.environ | {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "service.cli", "demo", "--out", str(tmp_path / "out")]
    with subprocess.Popen(
        command, env=told, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as demo:
        wait(demo, moment, tmp_path)
        demo.send_signal(signal.SIGINT)
        assert demo.wait(HANG) == 130
    assert not about(tmp_path)
    assert not list(tmp_path.iterdir())


def wait(demo, moment, folder):
    if moment == "while it trains":
        assert "up at" in demo.stdout.readline()
        time.sleep(3)
    elif moment == "while it starts":
        until = time.monotonic() + HANG
        while not list(folder.glob("*/logs/api.log")) and time.monotonic() < until:
            time.sleep(0.05)
    else:
        until = time.monotonic() + HANG
        # not the file by which Python tries the folder
        while not list(folder.glob("gradarena-demo-*")) and time.monotonic() < until:
            time.sleep(0.01)
