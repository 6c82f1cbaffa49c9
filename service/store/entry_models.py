"""Registered benchmarks and what is entered for them.  Rows of protocols never change.

An entry is `tuning`, then `confirming`, then `ranked`; or it ends `failed` or `withdrawn`.  It
never goes back, and a second try is a new entry that supersedes it.
"""

from typing import Annotated
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .models import Base, Created, Id, Json, Real
from .states import EntryState

Maybe = Annotated[Json | None, mapped_column(JSON(none_as_null=True))]
Rates = Annotated[list[float] | None, mapped_column(JSON(none_as_null=True))]
FIRST = text("supersedes IS NULL")


class BenchmarkProtocol(Base):
    """A benchmark as it was declared; its id is its name and version."""

    __tablename__ = "benchmark_protocols"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[int]
    digest: Mapped[str]
    spec: Mapped[Json]
    owner: Mapped[str]  # who registered it
    created_at: Mapped[Created]
    __table_args__ = (UniqueConstraint("name", "version"),)


class Candidate(Base):
    """One of the settings that an entry's tuning chooses among, where there are several."""

    __tablename__ = "entry_candidates"
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entries.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    estimator: Mapped[Json]
    tuning_job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"), unique=True)


class Entry(Base):
    """An estimator with its settings, entered for a benchmark."""

    __tablename__ = "entries"
    id: Mapped[Id]
    protocol_id: Mapped[str] = mapped_column(ForeignKey("benchmark_protocols.id"), index=True)
    cell_id: Mapped[str]
    estimator: Mapped[Json]  # that is confirmed; until tuning has chosen, its first candidate
    owner: Mapped[str]
    queue: Mapped[str]
    state: Mapped[str] = mapped_column(default=EntryState.TUNING)
    reason: Mapped[str | None]
    setting: Mapped[Maybe]  # that tuning chose
    learning_rates: Mapped[Rates]  # that are tried; null: all of the protocol's
    tuning_job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"), unique=True)
    confirmation_job_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id"), unique=True)
    supersedes: Mapped[UUID | None] = mapped_column(ForeignKey("entries.id"), unique=True)
    created_at: Mapped[Created]
    ended_at: Mapped[Real | None]
    # none where it is tuned over rates alone; the first one's job is its own
    candidates: Mapped[list[Candidate]] = relationship(order_by=Candidate.number, lazy="selectin")
    __table_args__ = (
        CheckConstraint(
            "state IN ('tuning', 'confirming', 'ranked', 'failed', 'withdrawn')", name="state_known"
        ),
        CheckConstraint(
            "(state IN ('failed', 'withdrawn')) = (reason IS NOT NULL)", name="reason_of_end"
        ),
        CheckConstraint(
            "(state IN ('tuning', 'confirming')) = (ended_at IS NULL)", name="time_of_end"
        ),
        CheckConstraint(
            "(setting IS NULL) = (confirmation_job_id IS NULL)", name="confirmed_as_chosen"
        ),
        CheckConstraint(
            "state <> 'tuning' OR confirmation_job_id IS NULL", name="tuning_comes_first"
        ),
        CheckConstraint(
            "state NOT IN ('confirming', 'ranked') OR confirmation_job_id IS NOT NULL",
            name="confirmed_by_a_job",
        ),
        # one line of tries for each cell: two first ones at once cannot be
        Index(
            "entries_first",
            "protocol_id",
            "cell_id",
            unique=True,
            sqlite_where=FIRST,
            postgresql_where=FIRST,
        ),
    )

    @property
    def tuning_job_ids(self) -> list[UUID]:
        """A job for each of its candidates."""
        return [one.tuning_job_id for one in self.candidates] or [self.tuning_job_id]

    @property
    def is_chosen(self) -> bool:
        """Whether tuning has chosen its estimator's settings."""
        return self.setting is not None
