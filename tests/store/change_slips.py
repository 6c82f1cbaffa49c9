"""Slips that somebody could make where jobs are changed and deleted."""

from tests.store.slips import LOCK, RACES, VIEWS, Slip

TOGETHER = "tests/store/test_submissions.py"

CHANGE_SLIPS = [
    Slip(
        "a job that lives is deleted",
        "job_changes",
        "    if session.scalar(select(exists().where(Run.job_id == job_id, Run.state == LIVE))):\n"
        "        raise Conflict()\n",
        "",
    ),
    Slip(
        "labels are never taken away",
        "job_changes",
        " for name, value in merged.items() if value is not None}",
        " for name, value in merged.items()}",
    ),
    Slip("labels replace all others", "job_changes", "{**job.labels, **labels}", "{**labels}"),
    Slip(
        "what is archived is archived again",
        "job_changes",
        "    if archived == (job.archived_at is not None):\n        return\n",
        "",
    ),
    Slip("a deleted job leaves its keys", "job_changes", "(Event, Key, Bundle)", "(Event, Bundle)"),
    Slip("labels are changed without a lock", "job_changes", f"        {LOCK}\n", "", RACES),
    Slip("lists hold what is archived", "job_lists", "Job.archived_at.is_(None)", "True"),
    Slip(
        "the quota forgets what is not written yet",
        "submissions",
        "len(order.plan.runs), unwritten)",
        "len(order.plan.runs))",
        TOGETHER,
    ),
    Slip(
        "jobs of one transaction have one turn",
        "submissions",
        """ = mine[-1]["turn"] + mine[-1]["width"] * plan.steps""",
        """ += 0""",
        TOGETHER,
    ),
    Slip("a job that was claimed has no start", "job_views", "job.version > 1", "False", VIEWS),
]
