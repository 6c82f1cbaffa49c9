"""An example of every command, at the end of its help."""

import typer

# By the words after ``gradarena``.
EXAMPLES = {
    "up": "gradarena up --port 8642 --workers 2",
    "demo": "gradarena demo --workers 2",
    "submit": "gradarena submit --estimator muprop --dataset digits --seeds 5 --rates 0.01,0.03",
    "watch": "gradarena watch last",
    "show": "gradarena show last",
    "open": "gradarena open last",
    "logs": "gradarena logs last",
    "jobs": "gradarena jobs --state failed",
    "cancel": "gradarena cancel last",
    "retry": "gradarena retry last",
    "extend": "gradarena extend last --seeds 5",
    "report": "gradarena report last --json",
    "leaderboard": "gradarena leaderboard --axis reach --spend evals --format csv",
    "benchmarks": "gradarena benchmarks",
    "enter": "gradarena enter digits-structured-prediction muprop --set signal.normalise=true",
    "entries": "gradarena entries digits-structured-prediction",
    "withdraw": "gradarena withdraw toy ENTRY --reason 'a wrong setting'",
    "claims": "gradarena claims digits-structured-prediction",
    "standings": "gradarena standings",
    "estimators": "gradarena estimators muprop",
    "run": "gradarena run examples/muprop.json",
    "serve": "gradarena serve --port 8642",
    "export": "gradarena export runs",
    "probe": "gradarena probe --model toy --dataset nothing --estimators muprop,half",
    "bench": "gradarena bench floor --estimators muprop --output .",
    "certificates": "gradarena certificates muprop --stale",
    "check": "gradarena check muprop",
    "data list": "gradarena data list",
    "data fetch": "gradarena data fetch mnist",
    "data verify": "gradarena data verify",
    "data import": "gradarena data import ~/Downloads",
    "table": "gradarena table",
    "toy": "gradarena toy -p 0.5 -t 0.45",
    "migrate up": "gradarena migrate up",
    "migrate down": "gradarena migrate down 0009",
    "migrate status": "gradarena migrate status",
    "backup": "gradarena backup arena.tar",
    "restore": "gradarena restore arena.tar",
    "publish": "gradarena publish site",
    "board verify": "gradarena board verify board.json runs.ndjson",
    "board compare": "gradarena board compare BENCHMARK muprop reinforce_loo",
    "keys make": "gradarena keys make ada --days 90",
    "keys list": "gradarena keys list",
    "keys revoke": "gradarena keys revoke KEY",
    "ship results": "gradarena ship results digits-structured-prediction --to shipped",
    "ship confirm": "gradarena ship confirm toy@2 --to analysis/ledger/shipped",
    "suite run": "gradarena suite run muprop-2016 --scale digits",
    "suite settle": "gradarena suite settle muprop-2016 --scale digits",
    "suite submit": "gradarena suite submit muprop-2016 --scale digits",
    "suite probe": "gradarena suite probe muprop-2016 --submit",
    "suite gradients": "gradarena suite gradients muprop-2016",
    "suite report": "gradarena suite report muprop-2016",
}


def add_examples(app: typer.Typer, words: str = "") -> None:
    """To the commands of an application, and of those inside it."""
    for command in app.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "")
        if example := EXAMPLES.get(f"{words}{name}"):
            command.epilog = f"Example: {example}"
    for group in app.registered_groups:
        if group.typer_instance:
            add_examples(group.typer_instance, f"{words}{group.name} ")
