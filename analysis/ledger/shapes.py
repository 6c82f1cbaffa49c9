"""A ledger and the board that follows from it, as JSON.  Numbers that are not finite are null."""

from typing import Any, Literal

from pydantic import Field

from analysis.records.shapes import Interval, Shape

Phase = Literal["tuning", "confirmation"]


class LedgerRun(Shape):
    """One run of an entry, and how it ended."""

    run_id: str
    phase: Phase
    seed: int
    setting: dict[str, float]
    state: str
    reason: str | None = Field(description="why it ended; null while it has not")
    test: float | None = Field(description="the bound on test data at the end; null: none, or lost")
    validation: float | None
    code: str | None = Field(description="digest of the code that trained it; null: unknown")
    device: str | None = Field(description="class of the device that trained it")


class LedgerEntry(Shape):
    """One try of an estimator with its settings, with all of its runs."""

    entry_id: str
    cell_id: str
    estimator: dict[str, Any]
    state: str
    reason: str | None
    setting: dict[str, float] | None = Field(description="what tuning chose")
    supersedes: str | None
    runs: list[LedgerRun]


class Ledger(Shape):
    """All that was ever entered for a benchmark, in the order of its coming."""

    format: Literal[1] = 1
    protocol: dict[str, Any]
    entries: list[LedgerEntry]


class ClaimRow(Shape):
    """A ranked entry; lower is better."""

    entry_id: str
    cell_id: str
    label: str
    setting: dict[str, float]
    seeds: int
    diverged: int
    median: Interval | None
    interquartile_mean: Interval | None
    mean: Interval | None = Field(description="null where a seed diverged")
    ranks: tuple[int, int] = Field(description="1 + how many are better, and how far it may fall")


class ClaimPair(Shape):
    """Two ranked entries seed by seed; differences are first minus second."""

    first: str
    second: str
    wins: int = Field(description="seeds on which the first is lower")
    losses: int
    ties: int
    missing: int
    median: float | None
    low: float | None = Field(description="the interval holds 0 exactly if neither is better")
    high: float | None
    p: float = Field(description="exact sign test, by Holm over all pairs")
    better: str | None
    note: str | None = Field(description="where the mean points the other way")


class Unranked(Shape):
    """A current entry without a rank."""

    entry_id: str
    label: str
    state: str
    reason: str


class ClaimBoard(Shape):
    """What a registered benchmark says, and the ledger that it says it of."""

    format: Literal[1] = 1
    benchmark: str = Field(description="name and version")
    protocol: str = Field(description="digest of the protocol")
    ledger: str = Field(description="digest of the whole ledger, superseded entries included")
    claim: str = "wins on common seeds: exact sign tests of all pairs, Holm, 5% for the board"
    code: str | None = Field(description="that trained what is ranked")
    device: str | None
    rows: list[ClaimRow]
    pairs: list[ClaimPair]
    unranked: list[Unranked]
    verdict: list[str]
