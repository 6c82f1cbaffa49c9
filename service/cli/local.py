"""The command ``run``: an experiment in a process of this machine, without a service."""

import json
import subprocess
import sys
from typing import Annotated

import typer

from service.client import explain
from service.errors import ServiceError
from service.submission import parse

from .jobs import Spec, read
from .options import BAD_INPUT, stop


def run(
    spec: Spec,
    as_json: Annotated[bool, typer.Option("--json", help="Print events as lines of JSON.")] = False,
) -> None:
    """Run an experiment here, with no service and no database."""
    try:
        experiment = parse(json.dumps(read(spec))).experiment
    except ServiceError as error:
        stop(explain(error.title, error.detail, [vars(fault) for fault in error.faults]), BAD_INPUT)
    command = [sys.executable, "-m", "estimators", "run", "-", *(["--json"] if as_json else [])]
    raise typer.Exit(subprocess.run(command, input=experiment.canonical, text=True).returncode)
