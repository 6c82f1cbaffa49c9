"""The command ``up``, as a user starts it; README's walk starts it in every run."""

import os
import signal
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_its_data_are_where_the_environment_says(tmp_path):
    command = [sys.executable, "-m", "service.cli", "up", "--port", "0", "--workers", "1"]
    environment = {**os.environ, "GRADARENA_DATA": str(tmp_path / "here"), "COLUMNS": "200"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as service:
        greeting = service.stdout.readline()
        service.send_signal(signal.SIGTERM)
    assert f"its data in {tmp_path / 'here'}." in greeting
    assert (tmp_path / "here" / "logs").is_dir() and service.returncode == 0
