"""The command ``run``: an experiment, or a probe, on this machine, without a service."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from estimators.specs.base import Spec
from service.client import problem_text
from service.errors import ServiceError
from service.submission import ProbeSubmission, parse_body, parse_submission

from .jobs import File, read_spec
from .options import BAD_INPUT, stop

WAYS: dict[str, tuple[str, Callable[[Any], Spec]]] = {
    "train": ("run", lambda submission: submission.experiment),
    "probe": ("probe", lambda submission: submission.probe),
}


def run_command(
    spec: File,
    as_json: Annotated[bool, typer.Option("--json", help="Print events as lines of JSON.")] = False,
) -> None:
    """Run an experiment, or a probe, here, with no service and no database."""
    try:
        submission = parse_submission(parse_body(json.dumps(read_spec(spec))))
    except ServiceError as error:
        stop(
            problem_text(error.title, error.detail, [vars(fault) for fault in error.faults]),
            BAD_INPUT,
        )
    if isinstance(submission, ProbeSubmission) and submission.parameters:
        stop(
            "/parameters: a run's parameters are with the service; gradarena submit sends this.",
            BAD_INPUT,
        )
    name, part = WAYS[submission.kind]
    command = [sys.executable, "-m", "estimators", name, "-", *(["--json"] if as_json else [])]
    raise typer.Exit(
        subprocess.run(command, input=part(submission).canonical, text=True).returncode
    )
