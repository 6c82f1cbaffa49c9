"""What the commands share: where the service is, how to print, and how to end."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Annotated, Any, Literal, NoReturn

import typer
from rich.console import Console

from service.client import Client, Refused, ServiceAway
from service.client.transport import URL as URL
from service.config import Settings
from service.environment import strange_lines

PATIENCE = 3.0  # seconds until a service that does not answer is called away
FAILED, BAD_INPUT, AWAY, INTERRUPTED = 1, 2, 3, 130

Url = Annotated[str, typer.Option(envvar="GRADARENA_URL", help="Of the service.")]
Key = Annotated[
    str | None,
    typer.Option(envvar="GRADARENA_KEY", help="An API key, where the service wants one."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
BoardForm = Annotated[
    Literal["table", "json", "csv", "md", "svg"],
    typer.Option("--format", help="How it is printed."),
]
Job = Annotated[
    str,
    typer.Argument(help="What submit printed, or as much of its start or end as tells; or last."),
]
# Of the newest jobs, among which a part of an identifier is looked for.
NEWEST = 1000

out = Console()
err = Console(stderr=True, highlight=False)


@contextmanager
def service(url: str, key: str | None = None) -> Iterator[Client]:
    """A client, and an end with the right code when the service refuses or is away.  Variables of
    ours that nobody reads are told first."""
    for line in strange_lines(os.environ, Settings.model_fields):
        err.print(line, style="yellow", markup=False, soft_wrap=True)
    try:
        with Client(url, key, PATIENCE) as client:
            yield client
    except ServiceAway as error:
        stop(str(error), AWAY)
    except Refused as error:
        stop(str(error), AWAY if error.status >= 500 else BAD_INPUT)


def find_job_id(client: Client, text: str) -> str:
    """The job whose identifier starts or ends so.  Ends the command unless there is one."""
    if len(text.replace("-", "")) >= 32:
        return text
    ids = [job["id"] for job in islice(client.jobs(limit=200), NEWEST)]
    if text == "last":
        fits = ids[:1]
    else:
        fits = [one for one in ids if one.startswith(text) or one.endswith(text)]
    if len(fits) == 1:
        return str(fits[0])
    several = f"{len(fits)} jobs start or end with {text}, for instance {', '.join(fits[:3])}."
    stop(several if fits else f"There is no job {text}.  gradarena jobs lists them.", BAD_INPUT)


def stop(message: str, code: int) -> NoReturn:
    """Says why on standard error, and ends."""
    err.print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(code)


def print_some(lines: Sequence[str], most: int = 20) -> None:
    """The first lines, indented, and how many more there are."""
    for line in lines[:most]:
        out.print(f"  {line}", markup=False, highlight=False)
    if len(lines) > most:
        out.print(f"  and {len(lines) - most:,} more")


def print_json(value: Any) -> None:
    """One value on one line, so that a stream of them is a file of lines."""
    json.dump(value, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
    sys.stdout.flush()
