"""Where things are and how long to wait.  Every process reads the same environment, once.

`GRADARENA_<NAME>` sets a field; `GRADARENA_<NAME>_FILE` names a file that holds it (a secret, say),
and wins.
"""

import logging
import os
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from estimators.specs.files import data_home

from .environment import PREFIX, BadSettings, database_url, settings_faults, strange_lines

log = logging.getLogger(__name__)


def with_password(url: str, password: str) -> str:
    """A URL with a password that may have any characters, in place of one that it has."""
    scheme, _, rest = url.partition("://")
    account, at, host = rest.partition("@")
    name = account.partition(":")[0] if at else ""
    return f"{scheme}://{name}:{quote(password, safe='')}@{host if at else rest}"


class _Files(PydanticBaseSettingsSource):
    """Values that stand in files."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        return Path(path).read_text().strip() if path else None, field_name, False

    def __call__(self) -> dict[str, Any]:
        values = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in values.items() if value is not None}


class Settings(BaseSettings):
    """What one installation is told.  Times are in seconds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    data: Path = Field(
        default_factory=lambda: data_home(),
        description="the folder of what has no address of its own",
    )
    database: str = Field("", description="SQLAlchemy URL; SQLite in the data folder by default")
    database_password: str = Field(
        "", description="of the database, in any characters; else it stands in the URL, encoded"
    )
    broker: str = Field(
        "filesystem://", description="Celery's broker: redis://, redis+socket:// or filesystem://"
    )
    broker_password: str = Field("", description="of the broker, the same way")
    artifacts: str = Field("", description="where checkpoints go: any URL that fsspec knows")
    checkpoints: Literal["last", "all"] = Field(
        "last", description="which of a run outlive it; a probe may start from any that does"
    )
    retention_days: float | None = Field(
        None,
        gt=0,
        description="after which jobs that have ended are deleted, those of entries never; none if "
        "not said",
    )
    checkpoint_seconds: float = Field(
        60, gt=0, description="training that may be lost: a checkpoint is written at least so often"
    )
    stall: float = Field(
        300, gt=0, description="how long a runner may stand still before it is ended"
    )
    turn: float = Field(
        30, gt=0, description="how long a bundle is held while others' work waits for its worker"
    )
    lease: float = Field(30, gt=0, description="how long a silent worker keeps its bundle")
    tick: float = Field(1, gt=0, description="between two rounds of the dispatcher")
    look: float = Field(
        5, gt=0, description="between two looks of an idle worker that heard no bell"
    )
    grace: float = Field(
        10, ge=0, description="what a worker that stops gives its runner to reach a checkpoint"
    )
    api_keys: str = Field(
        "",
        description="lines OWNER SHA256 [SCOPE [YYYY-MM-DD]] of keys that count beside those that "
        "`gradarena keys` makes; where there are any, keys are asked for",
    )
    require_keys: bool = Field(
        False, description="ask for keys though this file names none: those in the database count"
    )
    open_reads: bool = Field(
        False, description="where keys are asked for, let everybody read without one"
    )
    open_metrics: bool = Field(
        False, description="let everybody read /metrics, where a proxy keeps the world from it"
    )
    rate: str = Field(
        "",
        description="requests that a key, or an address without one, may make, for instance "
        "1200/minute; without bound if not said",
    )
    most_memory: float = Field(64, gt=0, description="GiB that a run may want, as estimated")
    most_hours: float = Field(5_000, gt=0, description="of a core that a run may want")
    most_checkpoints: int = Field(100_000, gt=0, description="that a program may write")
    most_disk: float = Field(100, gt=0, description="GiB that a job's files may want")
    most_queued: int = Field(
        100_000, gt=0, description="runs of one owner that may wait; more are refused for now"
    )
    runner_memory: float | None = Field(
        None, gt=0, description="GiB that a runner may take; without bound if not said"
    )
    logs: Literal["text", "json"] = Field(
        "text", description="lines for people, or an object a line for programs"
    )
    pulse: Path | None = Field(
        None, description="a file that a worker or dispatcher touches while it is well"
    )
    connections: int = Field(1000, gt=0, description="that the API holds open, at most")
    proxies: str = Field(
        "",
        description="addresses and networks, with commas between, whose X-Forwarded-For is "
        "believed; the loopback if not said",
    )
    webhook_hosts: str = Field(
        "",
        description="hosts that webhooks may be sent to, each with its port where it is named in "
        "addresses, with commas between; none if not said",
    )
    hosts: str = Field(
        "",
        description="names in Host headers that are served, with commas between; where none is "
        "listed and no key is asked for, localhost and addresses",
    )
    cors_origins: str = Field(
        "",
        description="web pages of these origins may read and write, with commas between, for "
        "instance https://example.org",
    )
    trust_network: bool = Field(
        False, description="without keys, listen on addresses beside the loopback too"
    )

    @model_validator(mode="before")
    @classmethod
    def _in_the_data_folder(cls, values: dict[str, Any]) -> dict[str, Any]:
        data = Path(values.get("data") or data_home()).absolute()
        places = {"database": f"sqlite:///{data}/arena.db", "artifacts": f"file://{data}/artifacts"}
        explicit = {name: value for name, value in values.items() if value != ""}
        whole = places | explicit | {"data": data}
        for name in ("database", "broker"):
            if password := explicit.get(f"{name}_password"):
                whole[name] = with_password(str(whole[name]), str(password))
        return whole

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, _Files(settings_cls), env_settings

    @field_validator("database")
    @classmethod
    def _known_database(cls, url: str) -> str:
        return database_url(url)

    @property
    def asks_keys(self) -> bool:
        """Whether one needs a key here."""
        return self.require_keys or bool(self.api_keys.strip())

    @property
    def beat(self) -> float:
        """Between two renewals of a lease; a cancelled run is seen at the next."""
        return min(self.lease / 4, 2.0)


@cache
def settings() -> Settings:
    """This process's settings.  Raises BadSettings."""
    for line in strange_lines(os.environ, Settings.model_fields):
        log.warning("%s", line)
    try:
        return Settings()
    except ValidationError as error:
        raise BadSettings(settings_faults(error)) from None
