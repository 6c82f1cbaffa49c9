"""Registered benchmarks and their entries, as they go out."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from estimators.specs.protocols import Protocol, official_protocols
from service.store.entry_models import Entry
from service.store.states import EntryState

from .base import Answer, Page, fields_of, maybe_moment, moment


class BenchmarkSummary(Answer):
    """A registered benchmark."""

    id: str = Field(description="its name and version", examples=["toy@1"])
    name: str
    version: int
    title: str
    digest: str = Field(description="of all that it says; it never changes")
    official: bool = Field(description="whether it ships with the package")
    benchmark_id: str = Field(description="of the experiments that it comes to")
    links: dict[str, str]

    @classmethod
    def fields_of(cls, protocol: Protocol) -> dict[str, Any]:
        """The fields of a summary, by name."""
        home = f"/v1/benchmarks/{protocol.id}"
        names = ("id", "name", "version", "title", "digest", "benchmark_id")
        links = {"self": home, "entries": f"{home}/entries", "board": f"{home}/board"}
        official = protocol.id in official_protocols()
        return fields_of(protocol, *names) | {"official": official, "links": links}

    @classmethod
    def of(cls, protocol: Protocol) -> "BenchmarkSummary":
        return cls(**cls.fields_of(protocol))


class BenchmarkDetail(BenchmarkSummary):
    """And all that was declared."""

    protocol: dict[str, Any]
    entrants: list[str] = Field(description="built-in estimators that serve, at their defaults")
    states: dict[EntryState, int] = Field(description="of its entries, superseded ones left out")

    @classmethod
    def with_entries(cls, protocol: Protocol, entries: Iterable[Entry]) -> "BenchmarkDetail":
        return cls(
            **cls.fields_of(protocol),
            protocol=protocol.model_dump(mode="json"),
            entrants=[one.name for one in protocol.entrants()],
            states=dict(Counter(EntryState(entry.state) for entry in entries)),
        )


class EntryDetail(Answer):
    """An estimator entered for a benchmark, and where it is."""

    id: UUID
    benchmark: str = Field(description="name and version")
    estimator: dict[str, Any]
    owner: str
    state: EntryState
    reason: str | None = Field(description="why it failed or was withdrawn")
    setting: dict[str, Any] | None = Field(description="what tuning chose")
    cell_id: str
    tuning_job_id: UUID
    confirmation_job_id: UUID | None
    supersedes: UUID | None = Field(description="the try of the same estimator before it")
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, entry: Entry) -> "EntryDetail":
        names = ("id", "estimator", "owner", "reason", "setting", "cell_id", "tuning_job_id")
        more = ("confirmation_job_id", "supersedes")
        return cls(
            **fields_of(entry, *names, *more),
            benchmark=entry.protocol_id,
            state=EntryState(entry.state),
            created_at=moment(entry.created_at),
            finished_at=maybe_moment(entry.ended_at),
        )


class BenchmarkPage(Page[BenchmarkSummary]):
    """Registered benchmarks, by name and version."""


class EntryPage(Page[EntryDetail]):
    """Entries of one benchmark, in the order of their coming."""
