"""Commands of the library, as the command line passes them on."""

import json
import subprocess
import sys
from pkgutil import iter_modules

from typer.testing import CliRunner

from estimators import commands
from service.cli import app
from service.cli.library import COMMANDS
from tests.patience import HANG


def gradarena(*words):
    command = [sys.executable, "-m", "service.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=HANG)


def test_every_command_of_the_library_is_to_be_had():
    found = {module.name for module in iter_modules(commands.__path__)} - {"plugins"}
    assert {*COMMANDS, "run", "probe", "suite"} >= found


def test_options_and_exit_codes_go_through():
    rows = gradarena("toy", "-p", "0.5", "--json", "--estimators", '[{"name": "half"}]')
    assert rows.returncode == 0 and json.loads(rows.stdout)[0]["bias"] == 0
    assert "usage" in gradarena("toy", "--help").stdout


def test_they_are_listed_with_the_others():
    listed = CliRunner().invoke(app, ["--help"]).stdout
    assert all(name in listed for name in [*COMMANDS, "submit", "probe", "suite", "demo"])
