"""Slips that somebody could make in the store, and the test that ought to see each."""

from typing import NamedTuple

MACHINE, RACES, VERBS, VIEWS, SERIES = (
    f"tests/store/test_{n}.py" for n in "machine races verbs job_views series".split()
)
FINDINGS, SETBACKS = "tests/store/test_findings.py", "tests/store/test_setbacks.py"


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
        "update(Bundle)\n        .where(Bundle.id == bundle_id, Bundle.state == "
        "BundleState.RUNNING)",
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
        "end_runs(session, bundle, Reason.CANCELLED, Run.cancel)\n    reason",
        "reason",
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
        ".values(home)",
        '.values(home | {"step": home["step"] - 5})',
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
        "no last crash",
        "setbacks",
        "return reason if bundle.crashes >= limit else None",
        "return None",
    ),
    Slip(
        "kills are guilt",
        "setbacks",
        "if ending not in SUSPECT or died_at is None:",
        "if ending not in SUSPECT:",
    ),
    Slip(
        "a crash elsewhere counts",
        "setbacks",
        "again = bundle.crash_step == died_at",
        "again = True",
        SETBACKS,
    ),
    Slip("no pauses", "bundles", "BundleState.QUEUED, may_start(mine))", "BundleState.QUEUED)"),
    Slip(
        "what a broken checkpoint held is kept",
        "bundles",
        "    cut_series(session, ids, bundle.step)\n",
        "",
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
        'lambda one: (one.home, one.step, one.checkpoint or "")',
        "lambda one: one.home",
        VERBS,
    ),
    Slip(
        "retry goes on from where the others are",
        "jobs",
        "step=retry.step, checkpoint=retry.checkpoint)",
        "step=retry.step, checkpoint=old.checkpoint)",
        VERBS,
    ),
    Slip(
        "retry packs lanes anew",
        "jobs",
        "bundle_id=bundle.id, state=LIVE)",
        "bundle_id=bundle.id, state=LIVE, lane=group.index(one))",
        VERBS,
    ),
    Slip(
        "retry narrows the program",
        "jobs",
        "turn=turn, step=retry.step",
        "width=1, turn=turn, step=retry.step",
        VERBS,
    ),
    Slip("retry from zero keeps chunks", "jobs", "    delete_series(session, anew)\n", ""),
    Slip(
        "retry of a run that stops",
        "jobs",
        "if not all(one.state in STOPPED for one in again):",
        "if not any(one.state for one in again):",
        VERBS,
    ),
    Slip(
        "key without fingerprint",
        "submissions",
        "if key.fingerprint != order.plan.fingerprint:",
        "if False:",
    ),
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
        "        update(Job)\n        .where(Job.id == job_id)\n"
        "        .values(version=Job.version + len(data))\n        .returning(Job.version)\n"
        "    ).scalar_one()\n",
        "        select(Job.version + len(data)).where(Job.id == job_id)\n    ).scalar_one()\n"
        "    session.execute(update(Job).where(Job.id == job_id).values(version=last))\n",
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
        "submissions",
        " for plan in plans if plan.benchmark_id}",
        " for plan in plans}",
        FINDINGS,
    ),
]
