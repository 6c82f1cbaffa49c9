"""The command ``run``: an experiment in a process of this machine, without a service."""

import subprocess
import sys
from typing import Annotated

import typer

from .jobs import Spec


def run(
    spec: Spec,
    as_json: Annotated[bool, typer.Option("--json", help="Print events as lines of JSON.")] = False,
) -> None:
    """Run an experiment here, with no service and no database."""
    command = [sys.executable, "-m", "estimators", "run", str(spec), *(["--json"] if as_json else [])]
    raise typer.Exit(subprocess.call(command))
