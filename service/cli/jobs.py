"""Commands about jobs: submit, jobs, cancel, retry."""

import json
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from service.client import Json

from . import flags
from .options import (
    BAD_INPUT,
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
    stop,
)
from .tables import minute_text, named_cell, text_table
from .watch import follow_job

FILE = "A JSON file with an experiment or a probe; - is standard input."
File = Annotated[Path, typer.Argument(help=FILE)]
MaybeFile = Annotated[Path | None, typer.Argument(help=FILE)]


def submit_command(
    spec: MaybeFile = None,
    estimator: flags.Estimator = None,
    model: flags.Model = None,
    dataset: flags.Dataset = None,
    settings: flags.Settings = None,
    seeds: flags.Seeds = None,
    rates: flags.Rates = None,
    steps: flags.Steps = None,
    follow_it: Annotated[
        bool, typer.Option("--watch", help="Show progress until the job has ended.")
    ] = False,
    url: Url = URL,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Submit an experiment or a probe; print its job's identifier.

    Out of a file, or of options: gradarena submit --estimator muprop --seeds 5 --rates 0.01,0.03
    """
    if spec is None and estimator is None:
        stop("Name a file, or an estimator: gradarena submit --estimator muprop", BAD_INPUT)
    body = read_spec(spec) if spec else flags.DEFAULTS
    body = body | flags.named_parts(estimator, model, dataset)
    body = flags.override(body, settings or [], seeds, rates, steps)
    with service(url, key) as client:
        job = client.submit(body)
        if not (as_json and follow_it):
            print_submitted(job, as_json)
        if follow_it:
            follow_job(client, job["id"], as_json)


def read_spec(spec: Path) -> Json:
    """The JSON object in a file.  Ends the command if there is none."""
    try:
        body = json.loads(sys.stdin.read() if str(spec) == "-" else spec.read_text())
    except OSError as error:
        stop(f"{spec} cannot be read: {error.strerror}.", BAD_INPUT)
    except ValueError as error:
        stop(f"{spec} is not JSON: {error}.", BAD_INPUT)
    if not isinstance(body, dict):
        stop(f"{spec} holds no JSON object.", BAD_INPUT)
    return body


def submission_text(job: Json) -> str:
    if job["kind"] == "probe":
        return f"A probe of {job['model']} on {job['dataset']} after {job['spec']['at']:,} steps."
    runs = sum(job["counts"].values())
    steps = job["spec"]["training"]["steps"]
    return f"{job['estimator']} on {job['dataset']}: {runs} runs of {steps:,} steps."


def jobs_command(
    kind: Annotated[str | None, typer.Option(help="Only these: train or probe.")] = None,
    state: Annotated[str | None, typer.Option(help="Only jobs in this state.")] = None,
    estimator: Annotated[str | None, typer.Option(help="Only jobs of this estimator.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    url: Url = URL,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """List jobs, the newest first."""
    with service(url, key) as client:
        chosen = {"kind": kind, "state": state, "estimator": estimator, "limit": min(limit, 200)}
        jobs = list(islice(client.jobs(**chosen), limit))
    if as_json:
        return print_json(jobs)
    out.print(job_table(jobs))


def job_table(jobs: Sequence[Json]) -> Table:
    """Two lines for each job."""
    titles = ("job", "state", "progress", "runs", "UTC")
    return text_table(titles, map(job_cells, jobs), whole=titles[1:])


def job_cells(job: Json) -> list[Text]:
    what = f"{job['estimator'] or 'probe'}, {job['model']}, {job['dataset']}"
    runs = str(sum(job["counts"].values()))
    plain = [Text(cell) for cell in (job["state"], f"{job['progress']:.0%}", runs)]
    return [named_cell(job["id"], what), *plain, Text(minute_text(job["created_at"]))]


def cancel_command(job: Job, url: Url = URL, key: Key = None, as_json: AsJson = False) -> None:
    """End a job: what waits at once, what trains at its next heartbeat."""
    with service(url, key) as client:
        print_state(client.cancel(find_job_id(client, job)), as_json)


def retry_command(
    job: Job,
    from_zero: Annotated[
        bool, typer.Option("--from-zero", help="Forget what the runs have.")
    ] = False,
    url: Url = URL,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Train the failed and cancelled runs of a job again."""
    with service(url, key) as client:
        print_state(client.retry(find_job_id(client, job), from_zero), as_json)


def extend_command(
    job: Job,
    seeds: Annotated[int | None, typer.Option(min=1, help="So many more.")] = None,
    steps: Annotated[
        int | None, typer.Option(help="Up to which its runs train, from where they are.")
    ] = None,
    url: Url = URL,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Add seeds to a job, or steps to its runs; print the identifier of the job that does."""
    if (seeds is None) == (steps is None):
        stop("Say --seeds or --steps: gradarena extend last --seeds 5", BAD_INPUT)
    with service(url, key) as client:
        print_submitted(client.extend(find_job_id(client, job), seeds, steps), as_json)


def print_submitted(job: Json, as_json: bool) -> None:
    """The identifier, and for people on standard error what it is of and what keeps it."""
    if as_json:
        return print_json(job)
    print(job["id"], flush=True)
    err.print(submission_text(job))
    for warning in job["warnings"]:
        err.print(warning, style="yellow", markup=False)


def print_state(job: dict[str, Any], as_json: bool) -> None:
    print_json(job) if as_json else print(f"{job['id']} is {job['state']}.")
