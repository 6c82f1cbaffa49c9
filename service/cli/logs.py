"""The command ``logs``: what happened to a job, by the service; or its lines out of log files."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from click import open_file as click_open

from service.client import Json

from .options import BAD_INPUT, URL, AsJson, Job, Key, Url, find_job_id, print_json, service, stop

Files = Annotated[
    list[Path] | None,
    typer.Option(
        "--file",
        help="Print a job's lines out of a log file, or out of standard input where it is -; may "
        "be repeated.  For instance: docker compose logs --no-log-prefix | gradarena logs ID "
        "--file -",
    ),
]


def logs_command(
    job: Job, files: Files = None, url: Url = URL, key: Key = None, as_json: AsJson = False
) -> None:
    """Print what happened to a job: claims, checkpoints, ends and their reasons."""
    if files:
        for path in files:
            for line in job_lines(read_lines(path), job):
                print(line)
        return
    with service(url, key) as client:
        for event in client.events(find_job_id(client, job)):
            print_json(event) if as_json else print(event_text(event))


def read_lines(path: Path) -> Iterator[str]:
    """Ends the command where there is no such file."""
    try:
        with click_open(str(path)) as file:
            yield from (line.rstrip("\n") for line in file)
    except OSError as error:
        stop(f"{path} cannot be read: {error.strerror}.", BAD_INPUT)


def job_lines(lines: Iterable[str], job: str) -> Iterator[str]:
    """Lines that name a job, and the lines of traces below them."""
    inside = False
    for line in lines:
        begins = line.startswith("{") or line[:4].isdigit()
        inside = job in line if begins else inside
        if inside:
            yield line


def event_text(event: Json) -> str:
    """An event on a line."""
    at = event["at"][:19].replace("T", " ")
    about = "  ".join(f"{name}={value}" for name, value in event["data"].items() if value != "")
    return f"{at} {event['type']:10} {about}"
