"""Commands for operators, on the database that GRADARENA_DATABASE names: ``migrate``, ``backup``
and ``restore``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import BAD_INPUT, FAILED, stop

if TYPE_CHECKING:
    from sqlalchemy import Engine

migrate = typer.Typer(no_args_is_help=True, help="The schema of the database: up, down, status.")
Revision = Annotated[str, typer.Argument(help="For instance 0005; base takes everything away.")]


@contextmanager
def database_engine() -> "Iterator[Engine]":
    """The database of this installation, in a folder that is there.  Ends the command where none
    answers, or one without the tables."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from service.config import settings
    from service.store.base import open_engine

    url = make_url(settings().database)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings().database)
    try:
        yield engine
    except (OperationalError, ProgrammingError) as error:
        why = str(error.orig).partition("\n")[0].rstrip(".")
        is_empty = isinstance(error, ProgrammingError) or "no such table" in why
        fix = "gradarena migrate up makes its tables." if is_empty else "Is it up?"
        stop(f"GRADARENA_DATABASE is {url.render_as_string()}: {why}.  {fix}", FAILED)
    finally:
        engine.dispose()


@migrate.command("up")
def up_command() -> None:
    """Bring the database to this version's schema."""
    from service.config import settings
    from service.store import schema

    with database_engine() as engine:
        refuse_newer_schema(engine)
    schema.upgrade_schema(settings().database)
    print(f"The schema is at revision {schema.head_revision()}.")


@migrate.command("down")
def down_command(revision: Revision) -> None:
    """Take the database back to an earlier revision, before an earlier version is started."""
    from service.config import settings
    from service.store import schema

    with database_engine() as engine:
        refuse_newer_schema(engine)
    if revision not in ("base", *schema.known_revisions()):
        stop(f"There is no revision {revision}.", BAD_INPUT)
    schema.downgrade_schema(settings().database, revision)
    print(f"The schema is at revision {revision}.")


@migrate.command("status")
def status_command() -> None:
    """Print where the database is and what this version wants; ends with 1 where they differ."""
    from service.store import schema

    with database_engine() as engine:
        revision, newest = schema.current_revision(engine), schema.head_revision()
        refuse_newer_schema(engine)
    now = f"is at {revision}" if revision else "has no schema yet"
    print(f"The database {now}; this version wants {newest}.")
    if revision != newest:
        stop("gradarena migrate up brings it there.", FAILED)


def refuse_newer_schema(engine: "Engine") -> None:
    """Ends the command where a later version has been here."""
    from service.store import schema

    try:
        schema.check_known(engine)
    except schema.TooNew as error:
        stop(str(error), FAILED)


def backup_command(
    path: Annotated[Path, typer.Argument(help="The file to write, for instance arena.zip.")],
) -> None:
    """Write the whole service into one file: every row, and the checkpoints that are needed.

    The service may run meanwhile: the rows are those of one moment.
    """
    from service.backup import BackupRefused, write_backup
    from service.config import settings

    with database_engine() as engine:
        try:
            rows = write_backup(engine, settings().artifacts, path)
        except (BackupRefused, OSError) as error:
            stop(str(error), FAILED)
    print(f"{path}: {rows['jobs']:,} jobs, {rows['runs']:,} runs.")


def restore_command(path: Annotated[Path, typer.Argument(help="What backup wrote.")]) -> None:
    """Read a backup into an empty database."""
    from service.backup import BackupRefused, restore_backup
    from service.config import settings

    with database_engine() as engine:
        try:
            rows = restore_backup(engine, settings().database, settings().artifacts, path)
        except (BackupRefused, OSError) as error:
            stop(str(error), FAILED)
    print(f"{rows['jobs']:,} jobs, {rows['runs']:,} runs.")
