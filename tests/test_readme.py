"""What the README tells people to type works as written, in a copy of the tree."""

import json
import os
import re
import shutil
import signal
import subprocess
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.patience import HANG, until

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = [block.strip().splitlines() for block in re.findall(r"```sh\n(.*?)```", README, re.S)]
COMMANDS = [line.split("    #")[0].strip() for block in BLOCKS for line in block]
SERVICE = "http://127.0.0.1:8642"
# both walks want port 8642
pytestmark = pytest.mark.xdist_group("readme")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A copy with the virtual environment of this checkout, and a home of its own."""
    place = tmp_path_factory.mktemp("readme") / "gradarena"
    shutil.copytree(
        ROOT, place, ignore=shutil.ignore_patterns(".*_cache", ".venv", ".git", "__pycache__")
    )
    shutil.rmtree(place / "demo", ignore_errors=True)
    (place / ".venv").symlink_to(ROOT / ".venv")
    return place


@pytest.fixture(scope="module")
def environment(place):
    own = {"XDG_DATA_HOME": str(place / "share"), "GRADARENA_DEMO_STEPS": "20"}
    own |= {"GRADARENA_DEMO_SEEDS": "2", "GRADARENA_WORKERS": "1"}
    # What ``make test`` itself was given is not for the commands that are tried.
    outer = {name: v for name, v in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    outer.pop("ARGS", None)
    return outer | own | {"PATH": f"{place}/.venv/bin:{os.environ['PATH']}"}


@pytest.fixture(scope="module", autouse=True)
def processes(tmp_path_factory):
    """A folder that all processes of this run share, with a file of each that came here."""
    folder = tmp_path_factory.getbasetemp().parent / "readme"
    folder.mkdir(exist_ok=True)
    (folder / os.environ.get("PYTEST_XDIST_WORKER", "alone")).touch()
    return folder


def run(command, place, environment, **options):
    told = {"shell": True, "capture_output": True, "text": True} | options
    return subprocess.run(command, cwd=place, env=environment, **told)


@contextmanager
def running(command, place, environment):
    """The command in the background until the service answers; then SIGTERM, and it has to end
    well."""
    process = subprocess.Popen(
        command, shell=True, cwd=place, env=environment, start_new_session=True
    )
    try:
        until(lambda: answers() or process.poll() is not None)
        assert process.poll() is None, "port 8642 is taken, or the service did not start"
        yield
        os.killpg(process.pid, signal.SIGTERM)
        assert process.wait(HANG) in (0, -signal.SIGTERM)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    # make ends at once, what it started when all of it has stopped
    until(lambda: not answers())


def answers() -> bool:
    try:
        return urllib.request.urlopen(f"{SERVICE}/health/live", timeout=HANG).status == 200
    except OSError:
        return False


def test_the_readme_has_the_commands_that_people_need():
    starts = (
        "make demo",
        "make test",
        "make up",
        "docker compose up -d",
        "curl ",
        "gradarena submit",
    )
    assert all(any(start in command for command in COMMANDS) for start in starts)


def test_make_demo(place, environment):
    done = run(next(c for c in COMMANDS if c == "make demo"), place, environment, timeout=HANG)
    assert done.returncode == 0, done.stdout + done.stderr
    for word in ("rank", "straight_through", "reinforce_loo", "E[(b - 0.499)"):
        assert word in done.stdout
    assert json.loads((place / "demo" / "board.json").read_text())["rows"]
    assert (place / "demo" / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_make_up_and_what_to_try_there(place, environment):
    assert not answers(), "port 8642 is taken"
    tries = [c for c in COMMANDS if c.startswith(("curl ", "gradarena "))]
    with running("exec make up", place, environment):
        for command in tries:
            done = run(command, place, environment, timeout=HANG)
            assert done.returncode == 0, command + done.stdout + done.stderr
            if command.startswith("curl -si"):
                assert "201 Created" in done.stdout
                (job,) = re.findall(r"location: (/v1/jobs/\S+)", done.stdout.lower())
                # thousands of steps that nobody reads
                urllib.request.urlopen(f"{SERVICE}{job}/cancel", data=b"", timeout=HANG)


def test_the_library_without_the_service(place, environment):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.S)
    command = [place / ".venv/bin/python", "-c", code]
    done = run(command, place, environment, shell=False, timeout=HANG)
    assert done.returncode == 0 and "bound/test" in done.stdout, done.stderr


@pytest.mark.skipif(
    shutil.which("docker") is None
    or subprocess.run(["docker", "info"], capture_output=True).returncode != 0,
    reason="no Docker engine here",
)
@pytest.mark.slow
def test_docker_compose_up(place, environment):
    command = next(c for c in COMMANDS if "docker compose up" in c)
    try:
        assert run(f"{command} --wait", place, environment, timeout=HANG).returncode == 0
        curl = next(c for c in COMMANDS if c.startswith("curl -si"))
        assert "201 Created" in run(curl, place, environment, timeout=HANG).stdout
    finally:
        run("docker compose down -v", place, environment, timeout=HANG)


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="all in one process")
def test_these_tests_stay_in_one_process(processes):
    """What a file sets up is set up once."""
    assert len(list(processes.iterdir())) == 1
