"""One job: ``show`` says what there is to say of it, ``open`` opens its page."""

import webbrowser

import typer
from rich.table import Table
from rich.text import Text

from service.client import Json

from .options import (
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
from .tables import outline_lines, text_table

RUNS = 20
METRIC = "bound/test"


def show_command(job: Job, url: Url = URL, key: Key = None, as_json: AsJson = False) -> None:
    """Show a job: state, progress, runs, why any failed, and its spec."""
    with service(url, key) as client:
        detail = client.job(find_job_id(client, job))
        runs = list(client.runs(detail["id"]))
        waits = client.queue(detail["id"]) if detail["state"] == "queued" else {}
    if as_json:
        return print_json(detail | {"runs": runs})
    out.print(
        Text(f"{detail['estimator'] or 'probe'}, {detail['model']}, {detail['dataset']}", "bold")
    )
    counts = ", ".join(f"{number} {state}" for state, number in detail["counts"].items())
    out.print(f"{detail['id']}  {detail['state']}: {counts}; {detail['progress']:.0%} of its steps")
    if reason := waits.get("reason"):
        out.print(Text(reason), soft_wrap=True)
    if board := detail["links"].get("leaderboard"):
        out.print(f"benchmark {board.rpartition('/')[2]}", highlight=False)
    out.print(run_table(runs[:RUNS]))
    if detail["kind"] == "probe" and detail["state"] == "succeeded":
        out.print(f"What it found: gradarena report {detail['id']}", highlight=False)
    if len(runs) > RUNS:
        out.print(f"and {len(runs) - RUNS:,} more; --json has all")
    for line in outline_lines(detail["spec"]):
        out.print(Text(line, style="dim"), soft_wrap=True)


def run_table(runs: list[Json]) -> Table:
    """A line for each run."""
    return text_table(("run", "seed", "setting", "state", "step", METRIC), map(run_cells, runs))


def run_cells(run: Json) -> list[str]:
    setting = ", ".join(f"{name}={value:g}" for name, value in run["setting"].items())
    state = f"{run['state']} ({run['reason']})" if run["reason"] else run["state"]
    bound = run["summaries"].get(METRIC)
    value = "" if bound is None else f"{bound:.5g}"
    return [str(run["number"]), str(run["seed"]), setting, state, f"{run['step']:,}", value]


def open_command(job: Job, url: Url = URL, key: Key = None) -> None:
    """Print the address of a job's page, and open it where there is a browser."""
    with service(url, key) as client:
        address = f"{client.url}/jobs/{find_job_id(client, job)}"
    print(address)
    if not webbrowser.open(address):
        err.print("No browser could be started here; the address is above.")


def print_version(wanted: bool) -> None:
    """The version, and an end."""
    if wanted:
        from importlib.metadata import version

        print(f"gradarena {version('gradarena')}")
        raise typer.Exit()
