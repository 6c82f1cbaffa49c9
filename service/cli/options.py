"""What the commands share: where the service is, how to print, and how to end."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from service.client import Client, Refused, ServiceAway

URL = "http://127.0.0.1:8642"
PATIENCE = 3.0  # seconds until a service that does not answer is called away
FAILED, BAD_INPUT, AWAY, INTERRUPTED = 1, 2, 3, 130

Url = Annotated[str, typer.Option(envvar="GRADARENA_URL", help="Of the service.")]
Key = Annotated[
    str | None,
    typer.Option(envvar="GRADARENA_KEY", help="An API key, where the service wants one."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Job = Annotated[str, typer.Argument(help="The identifier that submit printed.")]

out = Console()
err = Console(stderr=True, highlight=False)


@contextmanager
def service(url: str, key: str | None = None) -> Iterator[Client]:
    """A client, and an end with the right code when the service refuses or is away."""
    try:
        with Client(url, key, PATIENCE) as client:
            yield client
    except ServiceAway as error:
        stop(str(error), AWAY)
    except Refused as error:
        stop(str(error), AWAY if error.status >= 500 else BAD_INPUT)


def stop(message: str, code: int) -> NoReturn:
    """Says why on standard error, and ends."""
    err.print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(code)


def print_json(value: Any) -> None:
    """One value on one line, so that a stream of them is a file of lines."""
    json.dump(value, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
    sys.stdout.flush()
