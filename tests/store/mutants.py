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
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PACKAGES = ("service", "estimators", "tests", "workers", "migrations")
MACHINE, RACES, VERBS, VIEWS, SERIES = (
    f"tests/store/test_{n}.py" for n in "machine races verbs job_views series".split()
)
FINDINGS = "tests/store/test_findings.py"
HARD = {"EXAMPLES": "100", "STEPS": "50", "SECONDS": "15", "SHRINK": "no"}


class Slip(NamedTuple):
    what: str
    file: str
    old: str
    new: str
    test: str = MACHINE


LOCK = ".with_for_update(key_share=True)"
SLIPS = [
    Slip(
        "renewal not fenced",
        "bundles",
        "update(Bundle)\n        .where(*_held_by(bundle_id, attempt))",
        "update(Bundle)\n        .where(Bundle.id == bundle_id, Bundle.state == BundleState.RUNNING)",
    ),
    Slip("nothing fenced by attempt", "bundles", "        Bundle.attempt == attempt,\n", ""),
    Slip(
        "nothing fenced by state",
        "bundles",
        "        Bundle.attempt == attempt,\n        Bundle.state == BundleState.RUNNING,\n",
        "        Bundle.attempt == attempt,\n",
    ),
    Slip("a repeated write writes", "bundles", "if bundle.step < report.step:", "if True:"),
    Slip(
        "flag survives a lost worker",
        "bundles",
        "end_runs(session, bundle, Reason.CANCELLED, Run.cancel)\n    bundle.strikes",
        "bundle.strikes",
    ),
    Slip(
        "flag not seen at a checkpoint",
        "bundles",
        "        end_runs(session, bundle, Reason.CANCELLED, Run.cancel)\n        settle",
        "        settle",
    ),
    Slip(
        "run ends where its bundle was",
        "runs",
        "step=bundle.step, checkpoint",
        "step=max(bundle.step - 5, 0), checkpoint",
    ),
    Slip(
        "halving keeps old chunks",
        "bundles",
        "    delete_series(session, [run.id for run in runs])\n",
        "",
    ),
    Slip(
        "halving keeps the checkpoint",
        "bundles",
        "width=len(group), step=0, checkpoint=None",
        "width=len(group)",
    ),
    Slip(
        "strikes never reset",
        "bundles",
        "bundle.strikes = report.step, report.checkpoint, 0",
        "_ = report.step, report.checkpoint, 0",
    ),
    Slip(
        "no last strike",
        "bundles",
        "if ending in FAILURES or bundle.strikes >= STRIKES",
        "if ending in FAILURES",
    ),
    Slip("no turns", "bundles", "mine.turn, mine.id", "mine.id"),
    Slip(
        "no virtual clock",
        "runs",
        "return max(present or 0, reserved or 0)",
        "return reserved or 0",
        VERBS,
    ),
    Slip(
        "bundle without runs stays queued",
        "runs",
        "state if live_runs(session, bundle) else BundleState.CLOSED",
        "state",
    ),
    Slip(
        "attempt left open",
        "runs",
        "if bundle.state != BundleState.RUNNING:\n",
        "if bundle.state == BundleState.QUEUED:\n",
    ),
    Slip(
        "retry mixes steps in one program",
        "jobs",
        "(run.bundle_id, _retry_step(run, from_zero))",
        "(run.bundle_id, min(_retry_step(r, from_zero) for r in again))",
        VERBS,
    ),
    Slip(
        "retry goes on from where the others are",
        "jobs",
        "runs[0].checkpoint if step",
        "old.checkpoint if step",
        VERBS,
    ),
    Slip(
        "retry packs lanes anew",
        "jobs",
        "return assign_lanes(session, new, {run.lane: run for run in runs})",
        "return assign_lanes(session, new, dict(enumerate(runs)))",
        VERBS,
    ),
    Slip(
        "retry narrows the program",
        "jobs",
        "        old,\n        turn=_next_turn",
        "        old,\n        width=max(run.lane for run in runs) + 1,\n        turn=_next_turn",
        VERBS,
    ),
    Slip("retry from zero keeps chunks", "jobs", "    delete_series(session, anew)\n", ""),
    Slip(
        "retry of a run that stops",
        "jobs",
        "all(run.state in STOPPED for",
        "all(run.cancel or run.state in STOPPED for",
        VERBS,
    ),
    Slip("key without fingerprint", "jobs", "if earlier.fingerprint != fingerprint:", "if False:"),
    Slip(
        "NaN in a summary",
        "series",
        "float(value) if np.isfinite(value) else None",
        "float(value)",
        VERBS,
    ),
    Slip("summary at the chunk's end", "series", "step=int(points.steps[-1])", "step=last"),
    Slip(
        "sparse taken for dense",
        "series",
        "dense = np.array_equal(points.steps, np.arange(first + 1, last + 1))",
        "dense = len(points.steps) > 1",
    ),
    Slip(
        "thinning loses divergence",
        "series",
        "greatest = values.argmax(1)",
        "greatest = least",
        SERIES,
    ),
    Slip(
        "progress behind the checkpoint",
        "bundles",
        "(Bundle.step > progress, Bundle.step)",
        "(Bundle.step < 0, 0)",
        VIEWS,
    ),
    Slip(
        "flags read by a correlated subquery",
        "bundles",
        "Run.bundle_id == bundle_id, Run.state == LIVE, ~Run.cancel)",
        "Run.bundle_id == Bundle.id, Run.state == LIVE, ~Run.cancel).correlate(Bundle)",
    ),
    Slip(
        "claim without lock",
        "bundles",
        "        .with_for_update(skip_locked=True, key_share=True)\n    )\n    bundle",
        "    )\n    bundle",
        RACES,
    ),
    Slip(
        "hold without lock",
        "bundles",
        f"        {LOCK}\n        .execution_options",
        "        .execution_options",
        RACES,
    ),
    Slip("cancel without lock", "jobs", f"        {LOCK}\n", "", RACES),
    Slip(
        "cancel asks once",
        "jobs",
        "    while more := session.scalars(",
        "    if more := session.scalars(",
        RACES,
    ),
    Slip(
        "locks in no order",
        "jobs",
        f".order_by(Bundle.id)\n        {LOCK}",
        f'.order_by(__import__("sqlalchemy").func.random())\n        {LOCK}',
        RACES,
    ),
    Slip(
        "events numbered without the job's lock",
        "runs",
        "update(Job)\n            .where(Job.id == job_id)\n"
        "            .values(version=Job.version + len(data))\n            .returning(Job.version)\n"
        "        ).scalar_one()\n",
        "select(Job.version + len(data)).where(Job.id == job_id)\n        ).scalar_one()\n"
        "        session.execute(update(Job).where(Job.id == job_id).values(version=last))\n",
        RACES,
    ),
    Slip(
        "findings not kept",
        "bundles",
        "findings.save_findings(session, living, report.step, report.findings)",
        "",
        FINDINGS,
    ),
    Slip(
        "findings survive a start from zero",
        "jobs",
        "findings.delete_findings(session, anew)",
        "pass",
        FINDINGS,
    ),
    Slip(
        "findings in no order",
        "findings",
        ".order_by(Finding.step)",
        ".order_by(Finding.step.desc())",
        FINDINGS,
    ),
    Slip(
        "a probe stands on a benchmark",
        "jobs",
        "if plan.benchmark_id and session",
        "if session",
        FINDINGS,
    ),
]


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
