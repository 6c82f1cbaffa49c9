"""Who loads torch, and what else a runner loads.  The dispatcher's image has no torch."""

import subprocess
import sys


def printed_by(code: str) -> str:
    """By a Python of its own."""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return run.stdout.strip()


def loads(package: str, modules: str) -> bool:
    return printed_by(f"import sys, {modules}; print({package!r} in sys.modules)") == "True"


def test_these_do_without_torch():
    assert not loads("torch", "workers.dispatch, workers.tasks, service.queue")


def test_a_runner_needs_it():
    assert loads("torch", "workers.runner")


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
    assert int(printed_by(FIRST_JOB)) < 20


def test_a_runner_does_without_alembic():
    assert not loads("alembic", "workers.runner")
