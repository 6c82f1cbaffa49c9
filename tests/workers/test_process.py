"""A runner process, as its supervisor holds it."""

import os
import subprocess
import sys
from types import SimpleNamespace

from workers.process import RunnerProcess

BUSY = "from time import process_time\nwhile process_time() < 0.2: pass"


def test_compilers_that_a_runner_waits_for_are_work_of_its_own():
    """Or a runner that compiles would stand still."""
    runner = SimpleNamespace(process=SimpleNamespace(pid=os.getpid()))
    before = RunnerProcess.cpu_seconds(runner)
    subprocess.run([sys.executable, "-c", BUSY], check=True)
    assert RunnerProcess.cpu_seconds(runner) - before > 0.1
