"""The way of products on a processor that Intel did not make, and who chooses it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.boards.scoring import hardware_key
from estimators import mkl
from workers.device import Gpu, runner_variables

# In a process whose processor is not asked for its maker.
PASSED_OVER = (
    "import os, runpy, sys; from estimators import mkl; "
    "mkl.is_passed_over = lambda: mkl.PRELOAD not in os.environ; "
    "mkl.faster_way = lambda: os.environ['LIBRARY']; sys.argv[1:] = ['again']; "
    "runpy.run_module('estimators', run_name='__main__', alter_sys=True)"
)


@pytest.fixture(autouse=True)
def user(tmp_path, monkeypatch):
    """Whose processor MKL passes over, and who has nothing kept yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv(mkl.SETTING, raising=False)
    monkeypatch.delenv(mkl.PRELOAD, raising=False)
    monkeypatch.setattr(mkl, "is_passed_over", lambda: True)
    return tmp_path / "gradarena" / "mkl"


@pytest.fixture
def timed(monkeypatch):
    """Trials by a clock of ours: seconds of a product, without an answer and with one."""
    seconds, asked = [2.0, 1.0], []

    def trial(variables):
        asked.append(variables)
        return seconds[bool(variables)]

    monkeypatch.setattr(mkl, "trial_seconds", trial)
    return seconds, asked


def first_word(*command, **variables):
    """What a process says first, as JSON."""
    answer = subprocess.run(
        [sys.executable, *command],
        env=os.environ | variables,
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    return json.loads(answer.stdout.splitlines()[0])


def test_mkl_asks_what_is_loaded_before_it_and_the_environment_says_so(tmp_path):
    library = tmp_path / "answer.so"
    mkl.build_library(library)
    with_answer = first_word("-m", "estimators", "again", **mkl.preloaded(str(library)))
    without = first_word("-m", "estimators", "again")
    assert with_answer.pop("products") == "MKL's for Intel"
    assert without == with_answer
    assert hardware_key(with_answer | {"products": "another"}) != hardware_key(without)


def test_a_command_of_the_library_begins_again_by_the_faster_way(tmp_path):
    library = tmp_path / "answer.so"
    mkl.build_library(library)
    assert "products" in first_word("-c", PASSED_OVER, LIBRARY=str(library))
    assert "products" not in first_word("-c", PASSED_OVER, LIBRARY="")


def test_a_trial_times_products_in_a_process_of_its_own():
    assert 0 < mkl.trial_seconds({}) < mkl.PATIENCE


def test_the_faster_way_is_taken_and_kept(user, timed):
    library = mkl.faster_way()
    assert Path(library).parent == user and timed[1] == [{}, {mkl.PRELOAD: library}]
    assert mkl.faster_way() == library and len(timed[1]) == 2
    (kept,) = user.glob("*.json")
    assert json.loads(kept.read_text())["answered for"] == 1
    assert sorted(path.suffix for path in user.iterdir()) == [".json", ".so"]


def test_a_way_that_is_hardly_faster_is_not_taken(timed):
    timed[0][1] = 1.9
    assert mkl.faster_way() == "" and mkl.choose_way() == {}


def test_what_is_preloaded_already_stays(timed, monkeypatch):
    monkeypatch.setenv(mkl.PRELOAD, "/lib/other.so")
    chosen = mkl.choose_way()
    assert chosen == {mkl.PRELOAD: f"{mkl.faster_way()}:/lib/other.so"}
    monkeypatch.setenv(mkl.PRELOAD, chosen[mkl.PRELOAD])
    assert mkl.choose_way() == {}


def test_it_can_be_turned_off(timed, monkeypatch):
    monkeypatch.setenv(mkl.SETTING, "shipped")
    assert mkl.choose_way() == {} and not timed[1]


def test_nobody_is_asked_on_a_processor_of_intels(timed, monkeypatch):
    monkeypatch.setattr(mkl, "is_passed_over", lambda: False)
    assert mkl.choose_way() == {} and not timed[1]


def test_runners_on_a_processor_get_it_and_those_on_a_gpu_do_not(timed):
    assert runner_variables(None).keys() == {"CUDA_VISIBLE_DEVICES", mkl.PRELOAD}
    assert runner_variables(Gpu("GPU-1", "NVIDIA H100")) == {"CUDA_VISIBLE_DEVICES": "GPU-1"}


@pytest.mark.parametrize("spoil", ["compiler", "folder", "kept", "trial"])
def test_where_anything_fails_products_go_as_torch_ships_them(
    spoil, user, timed, monkeypatch, caplog
):
    if spoil == "compiler":
        monkeypatch.setenv("CXX", "no-such-compiler")
    elif spoil == "folder":
        user.parent.write_text("a file")
    elif spoil == "kept":
        assert mkl.faster_way()
        next(user.glob("*.json")).write_text("{")
    else:
        monkeypatch.setattr(mkl, "trial_seconds", lambda variables: float("no number"))
    assert mkl.faster_way() == ""
    assert "as torch ships them" in caplog.text
