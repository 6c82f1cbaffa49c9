"""Nothing is left of a worker that was killed, whatever its runner was doing."""

import subprocess
import sys

import psutil

from tests.patience import until

PARENT = """
import os, signal, time
from workers import process
process.COMMAND = ["sh", "-c", "sleep 600"]
pid = process.RunnerProcess({}).process.pid
os.kill(pid, signal.SIGSTOP)
print(pid, flush=True)
time.sleep(600)
"""


def test_a_runner_that_is_stopped_ends_with_its_worker():
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
