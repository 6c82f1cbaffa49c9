"""Whether the environment says what somebody meant: settings that cannot be are refused by the name
of their variable, and names that nobody reads are told."""

import difflib
from collections.abc import Iterable, Mapping

from pydantic import ValidationError

PREFIX, FROM_FILE = "GRADARENA_", "_FILE"
# read elsewhere: by clients, runners, images and tests
OTHERS = frozenset(
    f"{PREFIX}{name}"
    for name in (
        "URL", "KEY", "DATASETS", "METER", "WORKER", "PORT", "DB_PASSWORD", "TORCH_CPU",
        "TORCH_GPU", "WORKERS", "DEMO_STEPS", "DEMO_SEEDS", "TEST_POSTGRES", "SITE",
        "PROMETHEUS_PORT", "DB_CONNECTIONS", "PRODUCTS",
    )
)  # fmt: skip
# how docker-compose.yml sizes and names its parts
COMPOSED = ("_CPUS", "_LIMIT", "_IMAGE")
DATABASES = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
SCHEMES = ("sqlite", *DATABASES.values())


class BadSettings(ValueError):
    """The environment says what cannot be."""


def database_url(url: str) -> str:
    """The URL as SQLAlchemy has it: postgres:// and postgresql:// are PostgreSQL.

    Raises ValueError where it is of another database.
    """
    scheme, between, rest = url.partition("://")
    whole = f"{DATABASES.get(scheme, scheme)}{between}{rest}"
    if not between or whole.partition(":")[0] not in SCHEMES:
        raise ValueError("it starts with sqlite:/// or postgresql://")
    return whole


def settings_faults(error: ValidationError) -> str:
    """A line for every setting that cannot be, by its variable."""
    return "\n".join(
        f"{PREFIX}{'_'.join(map(str, fault['loc'])).upper() or '*'}: "
        f"{fault['msg'].removeprefix('Value error, ')}."
        for fault in error.errors()
    )


def strange_names(environment: Iterable[str], fields: Iterable[str]) -> Mapping[str, str | None]:
    """Variables of ours that nobody reads, and the name that comes closest to each."""
    whole = {f"{PREFIX}{name.upper()}" for name in fields}
    names = whole | {name + FROM_FILE for name in whole} | OTHERS
    ours = sorted(
        name
        for name in environment
        if name.startswith(PREFIX) and name not in names and not name.endswith(COMPOSED)
    )
    closest = {name: difflib.get_close_matches(name, sorted(names), 1) for name in ours}
    return {name: (close[0] if close else None) for name, close in closest.items()}


def strange_lines(environment: Iterable[str], fields: Iterable[str]) -> list[str]:
    """What to say of them, a line each."""
    return [
        f"{name} is no setting" + (f"; {close} is." if close else ".")
        for name, close in strange_names(environment, fields).items()
    ]
