"""Brings a database to the newest schema, or back; the revisions are in `migrations/versions`."""

from importlib.util import find_spec

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


def alembic_config(url: str) -> Config:
    """Alembic's view of one database; needs no file, so it works from an installed package."""
    spec = find_spec("migrations")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("The package migrations is not installed beside service.")
    options = Config()
    options.set_main_option(
        "script_location", next(iter(spec.submodule_search_locations)).replace("%", "%%")
    )
    options.attributes["url"] = url
    return options


def upgrade_schema(url: str, revision: str = "head") -> None:
    """Up to a revision, in one transaction; two at once wait for each other, and the second finds
    it done."""
    command.upgrade(alembic_config(url), revision)


def downgrade_schema(url: str, revision: str = "base") -> None:
    command.downgrade(alembic_config(url), revision)


def head_revision() -> str | None:
    """The newest revision that this code knows."""
    return ScriptDirectory.from_config(alembic_config("")).get_current_head()


def known_revisions() -> list[str]:
    """Those that this code knows, the newest first."""
    scripts = ScriptDirectory.from_config(alembic_config("")).walk_revisions()
    return [script.revision for script in scripts]


class TooNew(Exception):
    """A later version of this code has upgraded the database."""


def check_known(engine: Engine) -> None:
    """Raises TooNew, with the way out."""
    revision, revisions = current_revision(engine), known_revisions()
    if revision is not None and revision not in revisions:
        raise TooNew(
            f"The database is at revision {revision}, which this version does not know: a later "
            f"one has upgraded it. Start that version again, or take the database back with it, "
            f"gradarena migrate down {revisions[0]}, and then start this one."
        )


def current_revision(engine: Engine) -> str | None:
    """The revision that a database is at; None when it has no schema."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
