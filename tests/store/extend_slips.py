"""Slips that somebody could make where jobs are extended."""

from tests.store.slips import Slip

EXTENSIONS = "tests/api/test_extensions.py"
EXTEND_SLIPS = [
    Slip(
        "runs of a job that has not ended go on",
        "extensions",
        "if not goes_on or any(run.state != State.SUCCEEDED for run in runs):",
        "if not goes_on:",
    ),
    Slip(
        "a job goes on of which nothing can",
        "extensions",
        "if not goes_on or any(run.state",
        "if any(run.state",
        EXTENSIONS,
    ),
    Slip(
        "what diverged goes on",
        "extensions",
        "    if run.reason == Reason.COMPLETED:\n",
        "    if True:\n",
    ),
    Slip(
        "a bundle in which all diverged waits",
        "extensions",
        "        if old.id not in goes_on:\n            new.state = BundleState.CLOSED\n",
        "",
        EXTENSIONS,
    ),
    Slip(
        "a key extends twice", "extensions", "    if not opened.is_new:\n        return job\n", ""
    ),
    Slip(
        "an extension has nothing of what was written",
        "extensions",
        "    copy_series(session, plan.parent_id, job.id)\n",
        "",
        EXTENSIONS,
    ),
    Slip(
        "nobody is told of what diverged before",
        "extensions",
        "    _tell_ends(session, job.id)\n",
        "",
    ),
    Slip(
        "two extensions go to one step",
        "extensions",
        "Job.parent_id == job_id, Job.steps == steps",
        "Job.parent_id == job_id, Job.steps < steps",
        EXTENSIONS,
    ),
    Slip(
        "an extension's extension is its child",
        "extensions",
        "    while job.parent_id and (parent",
        "    while False and (parent",
        EXTENSIONS,
    ),
]
