"""Following a job: a bar in a terminal, lines in a file."""

from collections import Counter
from contextlib import nullcontext

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from estimators.specs.states import State
from service.client import Client, Json

from .options import (
    FAILED,
    INTERRUPTED,
    URL,
    AsJson,
    Job,
    Key,
    Url,
    err,
    find_job_id,
    out,
    print_json,
    service,
)


def watch_command(job: Job, url: Url = URL, key: Key = None, as_json: AsJson = False) -> None:
    """Show how far a job is until it has ended; Ctrl-C leaves it running."""
    with service(url, key) as client:
        follow_job(client, find_job_id(client, job), as_json)


def follow_job(client: Client, job: str, as_json: bool) -> None:
    """Ends with code 1 unless every run succeeded."""
    try:
        last = print_events(client, job) if as_json else progress_bar(client, job, out)
    except KeyboardInterrupt:
        err.print(
            f"The job goes on.  gradarena watch {job} looks again; gradarena cancel {job} ends it."
        )
        raise typer.Exit(INTERRUPTED) from None
    if not as_json:
        out.print(ending_text(client, last), highlight=False, soft_wrap=True)
    if last["state"] != State.SUCCEEDED:
        raise typer.Exit(FAILED)


def print_events(client: Client, job: str) -> Json:
    """Every event as a line of JSON."""
    data: Json = {}
    for kind, data in client.watch(job):
        print_json({"event": kind, "data": data})
    return data


def progress_bar(client: Client, job: str, out: Console) -> Json:
    """A bar in a terminal, a line an event elsewhere; why an attempt failed is said in both."""
    columns = [
        TextColumn("{task.description}"),
        BarColumn(30),
        TextColumn("{task.percentage:3.0f}%"),
    ]
    quiet = not out.is_terminal
    progress = Progress(
        *columns, TimeElapsedColumn(), TextColumn("{task.fields[state]}"), console=out
    )
    data: Json = {}
    with nullcontext() if quiet else progress:
        task = progress.add_task("", total=1.0, state="")
        for kind, data in client.watch(job):
            if kind in ("progress", "end"):
                what = data["estimator"] or "probe"
                progress.update(
                    task, completed=data["progress"], description=what, state=counts_text(data)
                )
            elif quiet or data["data"].get("why"):
                out.print(
                    Text(f"{data['at'][11:19]} {kind} {event_text(data['data'])}".rstrip()),
                    soft_wrap=True,
                )
    return data


def counts_text(job: Json) -> str:
    return ", ".join(f"{number} {state}" for state, number in job["counts"].items())


def event_text(data: Json) -> str:
    return " ".join(f"{name}={value}" for name, value in data.items())


def ending_text(client: Client, job: Json) -> str:
    """How the runs ended, in a line, and what to ask next."""
    reasons = Counter(run["reason"] for run in client.runs(job["id"]))
    endings = ", ".join(f"{number} {reason}" for reason, number in reasons.most_common())
    return f"{job['state']}: {endings}.  {next_command(job)}"


def next_command(job: Json) -> str:
    if job["kind"] == "probe":
        return f"gradarena report {job['id']} says what it found."
    return f"gradarena leaderboard {job['benchmark_id']} shows where it stands."
