"""Plants one slip at a time and asks whether the tests see it: python -m tests.store.mutants [word
...]

Words choose slips by what they are called.  Exits with 1 when a slip went unseen.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.store import slips
from tests.store.change_slips import CHANGE_SLIPS
from tests.store.entry_slips import ENTRY_SLIPS
from tests.store.extend_slips import EXTEND_SLIPS
from tests.store.slips import RACES, SERIES, Slip

ROOT = Path(__file__).parents[2]
PACKAGES = ("service", "estimators", "tests", "workers", "migrations")
SLIPS = [*slips.SLIPS, *CHANGE_SLIPS, *ENTRY_SLIPS, *EXTEND_SLIPS]
HARD = {"EXAMPLES": "100", "STEPS": "50", "SECONDS": "15", "SHRINK": "no"}


def seen(slip: Slip) -> str | None:
    """What the test said of a copy with this slip in it; None when it passed."""
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            shutil.copytree(
                ROOT / package, Path(folder) / package, ignore=shutil.ignore_patterns("__pycache__")
            )
        shutil.copy(ROOT / "pyproject.toml", folder)
        path = Path(folder) / "service" / "store" / f"{slip.file}.py"
        text = path.read_text()
        assert text.count(slip.old) == 1, f"{slip.what}: found {text.count(slip.old)} times"
        path.write_text(text.replace(slip.old, slip.new))
        which = "postgresql" if slip.test == RACES else "" if slip.test == SERIES else "sqlite"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-m",
            "not slow",
            slip.test,
            "-k",
            which,
        ]
        run = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, env=os.environ | HARD
        )
    reasons = [line[4:100].strip() for line in run.stdout.splitlines() if line.startswith("E  ")]
    assert run.returncode in (0, 1), run.stdout + run.stderr
    return (reasons or ["it failed"])[0] if run.returncode else None


def main(words: list[str]) -> int:
    missed = 0
    for slip in SLIPS:
        if not words or any(word in slip.what for word in words):
            why = seen(slip)
            missed += why is None
            print("MISSED" if why is None else "caught", slip.what, "|", why or "", flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
