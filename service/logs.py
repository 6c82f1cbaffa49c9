"""Log lines that say what they are of: request, owner, job, run, bundle, attempt, worker.

JSON, a line each, for a fleet; text for people.  Both hold the same fields.
"""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

FIELDS = ("request", "owner", "job", "run", "bundle", "attempt", "worker")
# of every line of this process
_process: dict[str, str] = {}
_about: ContextVar[dict[str, str]] = ContextVar("about")
# of the environment of a runner: the worker that it works for
WORKER = "GRADARENA_WORKER"
# libraries that tell every step of theirs
QUIET = ("alembic", "httpx", "matplotlib", "celery", "amqp", "kombu")


def note_fields(**fields: object) -> None:
    """What the lines that this thread or task logs from now on are of."""
    _about.set(_about.get({}) | {name: str(value) for name, value in fields.items()})


def note_process(**fields: object) -> None:
    """What every line of this process is of, whatever thread logs it."""
    _process.update({name: str(value) for name, value in fields.items()})


@contextmanager
def log_fields(**fields: object) -> Iterator[None]:
    """The same, within a block."""
    before = _about.get({})
    note_fields(**fields)
    try:
        yield
    finally:
        _about.set(before)


def record_fields(record: logging.LogRecord) -> dict[str, str]:
    """What a line is of: of its context, or as ``extra``."""
    extra = {name: str(getattr(record, name)) for name in FIELDS if hasattr(record, name)}
    return _process | _about.get({}) | extra


class JsonLines(logging.Formatter):
    """An object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **record_fields(record),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class TextLines(logging.Formatter):
    """Time, level, message, fields; a trace on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).strftime("%Y-%m-%d %H:%M:%S")
        fields = "".join(f"  {name}={value}" for name, value in record_fields(record).items())
        line = f"{at} {record.levelname:7} {record.getMessage()}{fields}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


FORMATS: dict[str, type[logging.Formatter]] = {"json": JsonLines, "text": TextLines}


def set_up_logging(kind: Literal["json", "text"]) -> None:
    """All lines of this process go to standard error, in one shape."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(FORMATS[kind]())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
