"""Probes of the service: ``probe ... --submit``, and the command ``report``."""

import argparse
import os

from estimators.measuring.arguments import probe_body, probe_parser
from estimators.measuring.report_table import report_table
from estimators.specs.findings import Report
from estimators.specs.states import State
from service.client import Json

from .library import library_handler
from .options import (
    BAD_INPUT,
    FAILED,
    URL,
    AsJson,
    Job,
    Key,
    Url,
    err,
    find_job_id,
    print_json,
    service,
    stop,
)
from .watch import progress_bar

OURS = ("submit", "url", "key", "run", "step")


def probe_status(words: list[str]) -> int:
    """Measures here, or by the service."""
    if "--submit" in words:
        submit_probe(words)
        return 0
    return library_handler("probe")(words)


def probe_options() -> argparse.ArgumentParser:
    """Those of the library, and where it is measured."""
    made = probe_parser()
    made.add_argument(
        "--submit", action="store_true", help="Have the service measure, and wait for it."
    )
    made.add_argument("--url", default=os.environ.get("GRADARENA_URL", URL), help="Of the service.")
    made.add_argument(
        "--key",
        default=os.environ.get("GRADARENA_KEY"),
        help="An API key, where it wants one.",
    )
    made.add_argument("--run", help="Whose parameters, in place of a trajectory's.")
    made.add_argument("--step", type=int, help="Of that run; its end, if not said.")
    return made


def submit_probe(words: list[str]) -> None:
    """Submits a probe, waits for its end, and prints the table that the library prints."""
    said = vars(probe_options().parse_args(words))
    ours = {name: said.pop(name) for name in OURS if name in said}
    as_json = said["json"]
    try:
        asked = probe_body(argparse.Namespace(**said)) | {"kind": "probe"} | run_parameters(ours)
    except (OSError, ValueError) as error:
        stop(str(error), BAD_INPUT)
    with service(ours["url"], ours["key"]) as client:
        job = client.submit(asked)
        err.print(job["id"])
        last = progress_bar(client, job["id"], err)
        if last["state"] != State.SUCCEEDED:
            stop(f"The probe has {last['state']}.", FAILED)
        print_report(client.report(job["id"]), as_json)


def run_parameters(ours: Json) -> Json:
    named = {name: ours[name] for name in ("run", "step") if name in ours}
    return {"parameters": named} if named else {}


def report_command(job: Job, url: Url = URL, key: Key = None, as_json: AsJson = False) -> None:
    """Print what a probe of the service has found."""
    with service(url, key) as client:
        print_report(client.report(find_job_id(client, job)), as_json)


def print_report(report: Json, as_json: bool) -> None:
    print_json(report) if as_json else print(report_table(Report.model_validate(report)))
