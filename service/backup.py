"""The whole of a service in one file, and back: rows of every table, and the checkpoints that are
pointed at.

A zip: ``about.json`` (revision, counts), ``tables/NAME.jsonl`` and ``artifacts/...``.  It knows no
kind of database: a backup of SQLite may be restored into PostgreSQL.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import fsspec
from sqlalchemy import Connection, Engine, LargeBinary, Table, Uuid, func, insert, select

from .store import schema
from .store.base import let_stand
from .store.models import Base, Bundle, Run

ROWS = 1000  # of one statement
POINTERS = (Bundle.checkpoint, Bundle.previous_checkpoint, Run.checkpoint)


class BackupRefused(Exception):
    """A backup cannot be made, or restored here; the text says why."""


def write_backup(engine: Engine, artifacts: str, path: Path) -> dict[str, int]:
    """Rows as they were at one moment; how many, by table.  A checkpoint that was cleared away
    meanwhile is left out: its bundle falls back to the one before, or to zero.

    Raises BackupRefused where the schema is not this version's.
    """
    revision, newest = schema.current_revision(engine), schema.head_revision()
    if revision != newest:
        now = f"is at {revision}" if revision else "has no schema"
        raise BackupRefused(f"The database {now}, this version is at {newest}.")
    snapshot = engine.execution_options(reads=True)
    if engine.dialect.name == "postgresql":
        snapshot = engine.execution_options(isolation_level="REPEATABLE READ")
    partial = path.with_name(path.name + ".part")
    with ZipFile(partial, "w", ZIP_DEFLATED) as archive, snapshot.begin() as connection:
        let_stand(connection)
        counts = {
            table.name: _write_table(archive, connection, table)
            for table in Base.metadata.sorted_tables
        }
        for name in sorted(_pointed_files(connection)):
            _write_file(archive, artifacts, name)
        about = {"format": 1, "revision": revision, "rows": counts}
        archive.writestr("about.json", json.dumps(about))
    partial.replace(path)
    return counts


def _write_table(archive: ZipFile, connection: Connection, table: Table) -> int:
    count = 0
    rows = connection.execution_options(yield_per=ROWS).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as file:
        for row in rows.mappings():
            file.write(json.dumps(_plain_row(row)).encode() + b"\n")
            count += 1
    return count


def _plain_row(row: Any) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in row.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, UUID) else value


def _pointed_files(connection: Connection) -> set[str]:
    names = (
        name for pointer in POINTERS for name in connection.scalars(select(pointer).distinct())
    )
    return set(filter(None, names))


def _write_file(archive: ZipFile, artifacts: str, name: str) -> None:
    files, root = fsspec.url_to_fs(artifacts)
    try:
        content = files.cat_file(f"{root}/{name}")
    except FileNotFoundError:
        return
    archive.writestr(f"artifacts/{name}", content, ZIP_STORED)


def restore_backup(engine: Engine, url: str, artifacts: str, path: Path) -> dict[str, int]:
    """Into an empty database, brought to the backup's revision; then up to this version's.

    Raises BackupRefused where the database holds anything, or the backup is of a later version.
    """
    with ZipFile(path) as archive:
        about = json.loads(archive.read("about.json"))
        if about["revision"] != schema.head_revision():
            raise BackupRefused(
                f"The backup is of revision {about['revision']} and this version wants "
                f"{schema.head_revision()}: restore it with the version that made it, then upgrade."
            )
        schema.upgrade_schema(url)
        with engine.begin() as connection:
            let_stand(connection)
            for table in Base.metadata.sorted_tables:
                if connection.scalar(select(func.count()).select_from(table)):
                    raise BackupRefused(f"The database is not empty: {table.name} has rows.")
            for table in Base.metadata.sorted_tables:
                _read_table(archive, connection, table)
            _read_files(archive, artifacts)
    rows: dict[str, int] = about["rows"]
    return rows


def _read_table(archive: ZipFile, connection: Connection, table: Table) -> None:
    rows: list[dict[str, Any]] = []
    with archive.open(f"tables/{table.name}.jsonl") as file:
        for line in file:
            rows.append(dict(_typed_values(table, json.loads(line))))
            if len(rows) == ROWS:
                connection.execute(insert(table), rows)
                rows = []
    if rows:
        connection.execute(insert(table), rows)


def _typed_values(table: Table, row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        kind = table.columns[name].type
        if isinstance(kind, LargeBinary) and value is not None:
            yield name, base64.b64decode(value)
        elif isinstance(kind, Uuid) and value is not None:
            yield name, UUID(value)
        else:
            yield name, value


def _read_files(archive: ZipFile, artifacts: str) -> None:
    files, root = fsspec.url_to_fs(artifacts)
    for member in archive.namelist():
        if member.startswith("artifacts/"):
            path = f"{root}/{member.removeprefix('artifacts/')}"
            files.makedirs(path.rpartition("/")[0], exist_ok=True)
            files.pipe_file(path, archive.read(member))
