"""Who loads torch: runners, and nobody else.  The dispatcher's image has none."""

import subprocess
import sys

ASK = "import sys, {0}; print('torch' in sys.modules)"


def loads_torch(modules: str) -> bool:
    run = subprocess.run(
        [sys.executable, "-c", ASK.format(modules)], capture_output=True, text=True, check=True
    )
    return run.stdout.strip() == "True"


def test_these_do_without_torch():
    assert not loads_torch("workers.dispatch, workers.tasks, service.queue")


def test_a_runner_needs_it():
    assert loads_torch("workers.runner")
