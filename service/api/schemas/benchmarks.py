"""Registered benchmarks and their entries, as they go out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from analysis.ledger.rows import ledger_label
from analysis.ledger.shapes import LedgerEntry
from analysis.records.labels import entry_label
from estimators.specs.protocols import Protocol, official_protocols
from service.store.entry_models import Entry
from service.store.states import EntryState

from .base import Answer, FieldPage, fields_of, maybe_moment, moment


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
    states: dict[EntryState, int] = Field(
        description="of its entries, shipped ones too, superseded ones left out"
    )

    @classmethod
    def with_states(cls, protocol: Protocol, states: Iterable[str]) -> "BenchmarkDetail":
        return cls(
            **cls.fields_of(protocol),
            protocol=protocol.model_dump(mode="json"),
            entrants=[one.name for one in protocol.entrants()],
            states=dict(Counter(map(EntryState, states))),
        )


class CandidateDetail(Answer):
    """One of the settings that an entry's tuning chooses among."""

    estimator: dict[str, Any]
    tuning_job_id: UUID | None = Field(description="null: it came with the package")
    chosen: bool = Field(description="whether it is what is confirmed")


class EntryDetail(Answer):
    """An estimator entered for a benchmark, and where it is."""

    id: UUID
    benchmark: str = Field(description="name and version")
    estimator: dict[str, Any] = Field(
        description="that is confirmed; until tuning has chosen, its first candidate"
    )
    label: str = Field(description="what pages and boards call it")
    owner: str | None = Field(description="null: it came with the package")
    shipped: bool = Field(description="whether it came with the package, read-only")
    state: EntryState
    reason: str | None = Field(description="why it failed or was withdrawn")
    setting: dict[str, Any] | None = Field(description="what tuning chose")
    cell_id: str
    trials: int = Field(description="candidates times learning rates, that tuning tries")
    learning_rates: list[float] = Field(description="at which each candidate is tried")
    candidates: list[CandidateDetail] = Field(
        description="what tuning chooses among: settings of its own, or the estimator alone"
    )
    tuning_job_id: UUID | None = Field(
        description="of its first candidate; null: it came with the package"
    )
    confirmation_job_id: UUID | None
    supersedes: UUID | None = Field(
        description="the try of the same estimator before it, which may have come with the package"
    )
    created_at: datetime
    finished_at: datetime | None = Field(description="null: on its way, or came with the package")

    @classmethod
    def of(
        cls, entry: Entry, protocol: Protocol, replaced: Mapping[str, str] = {}
    ) -> "EntryDetail":
        """``replaced``: shipped entries that others stand in the place of, by these."""
        names = ("id", "estimator", "owner", "reason", "setting", "cell_id", "tuning_job_id")
        before = replaced.get(str(entry.id))
        rates = entry.learning_rates or list(protocol.tuning.learning_rates)
        candidates = list(entry_candidates(entry))
        return cls(
            **fields_of(entry, *names, "confirmation_job_id"),
            shipped=False,
            supersedes=UUID(before) if before else entry.supersedes,
            label=stored_label(entry),
            trials=len(candidates) * len(rates),
            learning_rates=rates,
            candidates=candidates,
            benchmark=entry.protocol_id,
            state=EntryState(entry.state),
            created_at=moment(entry.created_at),
            finished_at=maybe_moment(entry.ended_at),
        )

    @classmethod
    def of_shipped(cls, entry: LedgerEntry, protocol: Protocol) -> "EntryDetail":
        """Its identifier says when it was made."""
        id, tried = UUID(entry.entry_id), entry.candidates or [entry.estimator]
        rates = entry.learning_rates or list(protocol.tuning.learning_rates)
        chosen = entry.estimator if entry.setting is not None else None
        return cls(
            **fields_of(entry, "estimator", "reason", "setting", "cell_id", "supersedes"),
            id=id,
            owner=None,
            shipped=True,
            label=ledger_label(entry),
            trials=len(tried) * len(rates),
            learning_rates=rates,
            candidates=[
                CandidateDetail(estimator=one, tuning_job_id=None, chosen=one == chosen)
                for one in tried
            ],
            benchmark=protocol.id,
            state=EntryState(entry.state),
            tuning_job_id=None,
            confirmation_job_id=None,
            created_at=moment((id.int >> 80) / 1000),
            finished_at=None,
        )


def stored_label(entry: Entry) -> str:
    """As the ledger's own entries are called."""
    return entry_label(entry.estimator, len(entry.candidates), entry.is_chosen)


def entry_candidates(entry: Entry) -> Iterator[CandidateDetail]:
    """At least one."""
    stored = [(one.estimator, one.tuning_job_id) for one in entry.candidates]
    for estimator, job_id in stored or [(entry.estimator, entry.tuning_job_id)]:
        chosen = entry.is_chosen and estimator == entry.estimator
        yield CandidateDetail(estimator=estimator, tuning_job_id=job_id, chosen=chosen)


class BenchmarkPage(FieldPage[BenchmarkSummary]):
    """Registered benchmarks, by name and version."""


class SubmittedEntry(EntryDetail):
    """An entry that was just made."""

    warnings: list[str] = Field(description="what keeps it from training, as the fleet is now")


class EntryPage(FieldPage[EntryDetail]):
    """Entries of one benchmark, in the order of their coming."""
