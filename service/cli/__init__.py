"""The command ``gradarena``.

Exit codes: 0 fine, 1 the job failed, 2 bad input, 3 nobody answers.
"""

import typer

from service.demo.run import demo
from service.embedded.commands import serve, up

from .board import board, publish
from .boards import leaderboard
from .catalogue import estimators
from .export import export
from .jobs import cancel, jobs, retry, submit
from .library import AS_IT_IS, add_to
from .local import run
from .probe import probe, report
from .suite import suite
from .watch import watch

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Which gradient estimator is better, and why.",
)
for _command in (
    up,
    demo,
    submit,
    watch,
    jobs,
    cancel,
    retry,
    report,
    leaderboard,
    estimators,
    run,
    serve,
    export,
    publish,
):
    app.command()(_command)
app.add_typer(board, name="board")
app.add_typer(suite, name="suite")
app.command("probe", help=probe.__doc__, context_settings=AS_IT_IS)(probe)
add_to(app)


def main() -> None:
    app()
