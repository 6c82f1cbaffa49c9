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


FIRST_JOB = """
import sys
import workers.runner
from estimators.experiment import Program
from estimators.specs.experiment import Experiment
from estimators.training.train import Member
from service.submission import SMALLEST

before = set(sys.modules)
spec = Experiment.model_validate(SMALLEST | {"training": {"steps": 2}, "seeds": [0]})
Program(spec, {0: Member(0, spec.runs[0][1])}, 1).run_to(2)
print(sum(name.split(".")[0] in ("torch", "sympy") for name in set(sys.modules) - before))
"""


def test_a_runner_has_torch_whole_before_its_first_job():
    """Dynamo and all below it are eight hundred modules."""
    run = subprocess.run(
        [sys.executable, "-c", FIRST_JOB], capture_output=True, text=True, check=True
    )
    assert int(run.stdout) < 20


def test_a_runner_does_without_alembic():
    ask = "import sys, workers.runner; print('alembic' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
