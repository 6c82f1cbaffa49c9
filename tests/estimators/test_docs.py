"""What the documentation shows is what there is."""

import os
import re
import subprocess
import sys
from pathlib import Path

from estimators.testing import __all__ as public

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "estimators.md").read_text()


def test_the_code_that_it_shows_runs(tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", TEXT, re.S)
    (tmp_path / "my_module.py").write_text(blocks[0])
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)]),
        "OMP_NUM_THREADS": "1",
    }
    for block in blocks:
        subprocess.run([sys.executable, "-c", block], check=True, cwd=tmp_path, env=environment)
    check = [sys.executable, "-m", "estimators", "check", "my_module:Sign", "--draws", "1000"]
    found = subprocess.run(check, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert found.returncode == 0 and "kept" in found.stdout


def test_all_that_is_public_is_named():
    assert (
        all(f"`{name}`" in TEXT for name in ("certify", "verdict", "problem"))
        and "certify" in public
    )


def test_the_loop_of_ones_own_runs_and_learns():
    command, environment = (
        [sys.executable, "-m", "examples.own_loop"],
        os.environ | {"OMP_NUM_THREADS": "1"},
    )
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    costs = [float(line.split()[1]) for line in done.stdout.splitlines()]
    assert costs[-1] < costs[0] / 2
