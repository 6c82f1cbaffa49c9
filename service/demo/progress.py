"""Live progress of some jobs: a bar each in a terminal, elsewhere a line where one starts or
ends."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from estimators.specs.states import State
from service.client import Client, Json

LIVE = {State.QUEUED, State.RUNNING, State.CANCELLING}
PAUSE = 0.5  # seconds between two looks


def watch_jobs(client: Client, jobs: Mapping[str, Json], console: Console) -> dict[str, Json]:
    """Shows how far the jobs (label -> job) are until all have ended; what they are then,
    by label."""
    columns = [
        TextColumn("{task.description:34s}"),
        BarColumn(30),
        TextColumn("{task.percentage:3.0f}%  {task.fields[state]:10s}"),
        TimeElapsedColumn(),
    ]
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bars = {
            label: progress.add_task(label, total=1.0, state=State.QUEUED, start=False)
            for label in jobs
        }
        while True:
            # one request for all of them: the demo's service has no other jobs
            by_id = {one["id"]: one for one in client.jobs(limit=len(jobs))}
            now: dict[str, Json] = {label: by_id[job["id"]] for label, job in jobs.items()}
            for label, job in now.items():
                _show_progress(progress, bars[label], job)
            if not any(job["state"] in LIVE for job in now.values()):
                return now
            time.sleep(PAUSE)


def _show_progress(progress: Progress, bar: Any, job: Json) -> None:
    task = next(task for task in progress.tasks if task.id == bar)
    if progress.disable and job["state"] != task.fields["state"]:
        progress.console.print(f"{datetime.now():%H:%M:%S} {task.description}: {job['state']}")
    if job["state"] != State.QUEUED and not task.started:
        progress.start_task(bar)
    progress.update(bar, completed=job["progress"], state=job["state"])
    if job["state"] not in LIVE and task.stop_time is None:
        progress.stop_task(bar)


def failed_labels(jobs: Mapping[str, Json]) -> Sequence[str]:
    """The labels of jobs of which a run did not succeed."""
    return [label for label, job in jobs.items() if job["state"] != State.SUCCEEDED]
