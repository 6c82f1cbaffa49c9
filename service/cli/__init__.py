"""The command ``gradarena``.

Exit codes: 0 fine, 1 the job failed, 2 bad input, 3 nobody answers.
"""

import sys
from collections.abc import Callable
from typing import Annotated, NoReturn

import typer

from service.demo.run import demo
from service.embedded.commands import serve, up
from service.environment import BadSettings

from .benchmarks import benchmarks_command, enter_command, entries_command, withdraw_command
from .board import board, publish
from .boards import leaderboard
from .catalogue import estimators_command
from .claims import claims_command
from .database import backup_command, migrate, restore_command
from .examples import add_examples
from .export import export
from .jobs import cancel_command, extend_command, jobs_command, retry_command, submit_command
from .keys import keys
from .library import add_library, add_parser
from .local import run_command
from .logs import logs_command
from .options import BAD_INPUT
from .probe import probe_options, probe_status, report_command
from .ship import ship
from .show import open_command, print_version, show_command
from .standings import standings_command
from .suite import suite
from .watch import watch_command

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Which gradient estimator is better, and why.",
)


@app.callback()
def main_options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=print_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Which gradient estimator is better, and why."""


# In the order that help lists them.
COMMANDS: dict[str, Callable[..., None]] = {
    "up": up,
    "demo": demo,
    "submit": submit_command,
    "watch": watch_command,
    "show": show_command,
    "open": open_command,
    "jobs": jobs_command,
    "logs": logs_command,
    "cancel": cancel_command,
    "retry": retry_command,
    "extend": extend_command,
    "report": report_command,
    "leaderboard": leaderboard,
    "benchmarks": benchmarks_command,
    "enter": enter_command,
    "entries": entries_command,
    "withdraw": withdraw_command,
    "claims": claims_command,
    "standings": standings_command,
    "estimators": estimators_command,
    "run": run_command,
    "serve": serve,
    "backup": backup_command,
    "restore": restore_command,
    "export": export,
    "publish": publish,
}
for name, command in COMMANDS.items():
    app.command(name)(command)
app.add_typer(board, name="board")
app.add_typer(ship, name="ship")
app.add_typer(suite, name="suite")
app.add_typer(keys, name="keys")
app.add_typer(migrate, name="migrate")
add_parser(app, "probe", probe_options(), probe_status)
add_library(app)


add_examples(app)


def main() -> None:
    try:
        app()
    except BadSettings as error:
        stop_process(str(error))


def stop_process(message: str) -> NoReturn:
    """Outside of every command."""
    print(message, file=sys.stderr)
    sys.exit(BAD_INPUT)
