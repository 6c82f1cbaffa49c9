"""The commands ``keys make``, ``keys list`` and ``keys revoke``: through the service, or on its
database, for the first key."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.table import Table

from service.client import Json
from service.scopes import Scope

from .database import database_engine
from .options import BAD_INPUT, URL, AsJson, Key, Url, err, out, print_json, service, stop
from .tables import Cell, named_cell, text_table

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

keys = typer.Typer(no_args_is_help=True, help="Who may do what: make, list and revoke keys.")
TIMES = ("expires_at", "revoked_at")
COLUMNS = ("key", "scope", "expires, UTC", "revoked, UTC")
Here = Annotated[
    bool,
    typer.Option(
        "--here", help="On the database that GRADARENA_DATABASE names, without the service."
    ),
]
Owner = Annotated[str, typer.Argument(help="Whose jobs its jobs are.")]
Number = Annotated[UUID, typer.Argument(help="What keys list shows first.")]


@contextmanager
def database_session() -> Iterator["Session"]:
    """A unit of work on the service's database."""
    from service.store.base import session_factory

    with database_engine() as engine, session_factory(engine).begin() as session:
        yield session


@keys.command("make")
def make_command(
    owner: Owner,
    scope: Annotated[Scope, typer.Option(help="What it may do.")] = Scope.SUBMIT,
    days: Annotated[
        float | None, typer.Option(min=0, help="For which it opens; for good if not said.")
    ] = None,
    here: Here = False,
    url: Url = URL,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, this once."""
    body: Json = {"owner": owner, "scope": scope.value, "days": days}
    if here:
        made = make_here(body)
    else:
        with service(url, key) as client:
            made = client.make_key(body)
    if as_json:
        return print_json(made)
    print(made["key"])
    err.print(f"{made['scope']} for {made['owner']}; it is shown this once.")


def make_here(body: Json) -> Json:
    """Ends the command where the request is not valid."""
    from service import errors
    from service.api.schemas.keys import NewKey
    from service.keys import KeyRequest, make_key
    from service.submission import validate_strictly

    try:
        wanted = validate_strictly(KeyRequest, body)
    except errors.ServiceError as error:
        stop(str(error), BAD_INPUT)
    with database_session() as session:
        return NewKey.made(make_key(session, wanted)).model_dump(mode="json")


@keys.command("list")
def list_command(
    here: Here = False, url: Url = URL, key: Key = None, as_json: AsJson = False
) -> None:
    """List all keys that ever were made."""
    if here:
        rows = list_here()
    else:
        with service(url, key) as client:
            rows = client.keys()
    if as_json:
        return print_json(rows)
    out.print(key_table(rows))


def key_table(rows: list[Json]) -> Table:
    """Two lines for each key."""
    return text_table(COLUMNS, map(_key_row, rows), whole=COLUMNS[1:])


def _key_row(row: Json) -> list[Cell]:
    name = named_cell(row["id"], f"{row['owner']}, {row['hint']}...")
    return [name, row["scope"], *(str(row[time] or "")[:16].replace("T", " ") for time in TIMES)]


def list_here() -> list[Json]:
    from service.api.schemas.keys import KeyShape
    from service.store.keys import list_keys

    with database_session() as session:
        return [KeyShape.of(row).model_dump(mode="json") for row in list_keys(session)]


@keys.command("revoke")
def revoke_command(number: Number, here: Here = False, url: Url = URL, key: Key = None) -> None:
    """The key opens no more."""
    if here:
        from service import errors
        from service.keys import revoke_key

        try:
            with database_session() as session:
                revoke_key(session, number)
        except errors.NotFound as error:
            stop(str(error), BAD_INPUT)
    else:
        with service(url, key) as client:
            client.revoke_key(str(number))
    print(f"{number} opens no more.")
