"""Commands of the library itself: they want torch, so each is passed on to ``python -m
estimators``."""

import subprocess
import sys
from collections.abc import Callable

import typer

COMMANDS = {
    "certificates": "Try every built-in estimator against the oracle and write what was found.",
    "check": "Certify an estimator: built-in, of an installed package, or MODULE:CLASS.",
    "data": "List, fetch and verify datasets.",
    "table": "The table of estimators that the documentation holds.",
    "toy": "Exact bias and variance on E[(b - t)^2], by enumeration.",
}
AS_IT_IS = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def library_command(name: str) -> Callable[[typer.Context], None]:
    def command(context: typer.Context) -> None:
        words = [sys.executable, "-m", "estimators", name, *context.args]
        raise typer.Exit(subprocess.run(words).returncode)

    return command


def add_library(app: typer.Typer) -> None:
    for name, says in COMMANDS.items():
        app.command(name, help=says, context_settings=AS_IT_IS)(library_command(name))
