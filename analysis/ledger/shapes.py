"""A ledger and the board that follows from it, as JSON.  Numbers that are not finite are null."""

from typing import Any, Literal

from pydantic import Field

from analysis.boards.shapes import Axis
from analysis.records.readings import Spend
from analysis.records.shapes import Interval, Shape
from estimators.specs.base import digest, late_field

Phase = Literal["tuning", "confirmation"]
Edge = Literal["lowest", "highest"]
ALL_KINDS = "any"  # in place of a class of devices


class ClaimQuery(Shape):
    """What the board of a registered benchmark looks at; its protocol settles the rest."""

    axis: Axis = "steps"
    spend: Spend = Field("steps", description="what a reach board counts")
    margin: float | None = Field(
        None, gt=0, description="within which two entries are called the same, in the board's unit"
    )
    code: str | None = late_field(
        None, description="that trained what is ranked; null: that of most entries"
    )
    device: str | None = late_field(
        None,
        description="its class; null: that of most entries; any: all kinds, where no seconds count",
    )

    @property
    def of_all_kinds(self) -> bool:
        """Whether entries trained on several kinds of device are ranked together."""
        return self.device == ALL_KINDS


class Curve(Shape):
    """A confirmation run where it was evaluated; null where a value is not finite."""

    steps: list[int]
    test: list[float | None]
    validation: list[float | None]
    evaluations: list[float | None] = Field(description="of the cost, per example, until then")
    seconds: list[float | None]


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
    evaluations: float | None = Field(None, description="of the cost, per example, in all")
    seconds: float | None = Field(None, description="of training, in all")
    gradient: dict[str, float] = Field({}, description="last measured, by short names of series")
    curve: Curve | None = Field(None, description="of confirmation runs")
    candidate: int = late_field(0, description="of a tuning run: which of the candidates it tries")


class LedgerEntry(Shape):
    """One try of an estimator with its settings, with all of its runs."""

    entry_id: str
    cell_id: str = Field(description="of all candidates together, where there were several")
    estimator: dict[str, Any] = Field(description="what is confirmed, once tuning has chosen")
    state: str
    reason: str | None
    setting: dict[str, float] | None = Field(description="what tuning chose")
    supersedes: str | None
    refused: str | None = Field(None, description="why its estimator may not be ranked")
    runs: list[LedgerRun]
    candidates: list[dict[str, Any]] = late_field(
        [], description="estimators that tuning chose among, where there were several"
    )
    learning_rates: list[float] = late_field(
        [], description="that tuning tried, where these are not all of the protocol's"
    )
    shipped: bool = late_field(False, description="whether it came with the package, read-only")

    @property
    def digest(self) -> str:
        """Of all that it says."""
        return digest(self.model_dump(mode="json"))


class CodeProof(Shape):
    """That code gives the numbers of entries which other code trained: one confirmation run of each
    was trained again, or by both on another kind of device."""

    code: str = Field(description="digest of the code that trained again")
    beside: str | None = late_field(
        None,
        description="digest of other code, on whose boards entries stand, that trained the same "
        "runs on this device for comparison; null: compared is what the ledger has",
    )
    device: str = Field(description="class of the device that it ran on")
    made_on: str = Field(description="year, month, day")
    environment: dict[str, str] = Field(description="versions, threads, system: its path")
    equal: dict[str, str] = Field({}, description="the run that was compared, by entry")
    unequal: dict[str, str] = Field({}, description="the first number that differs, by entry")
    numbers: int = Field(0, description="that were compared, and are equal bit for bit")
    gap: float = Field(
        0.0, description="the largest of what was measured of the gradient, over one or its size"
    )


class Ledger(Shape):
    """All that was ever entered for a benchmark, in the order of its coming."""

    format: Literal[2] = 2
    shipped: bool = Field(False, description="whether all of it came with the package, read-only")
    protocol: dict[str, Any]
    entries: list[LedgerEntry]
    proofs: list[CodeProof] = late_field(
        [], description="of code that gives the numbers of some entries again, the newest last"
    )


class ClaimRow(Shape):
    """A ranked entry; lower is better.  Sizes are in the board's unit."""

    entry_id: str
    cell_id: str
    label: str
    setting: dict[str, float]
    seeds: int
    diverged: int
    lost: int = Field(description="seeds that diverged, or never arrived")
    median: Interval | None
    interquartile_mean: Interval | None
    mean: Interval | None = Field(description="null where a seed is lost")
    chance: Interval | None = Field(
        None,
        description="of being lower on a seed than another row drawn at random, ties as half "
        "(probability of improvement), with Student's interval over seeds; null for a single row",
    )
    unbiased_for: str | None = Field(description="as declared; null: nobody says")
    bias: Interval | None = Field(description="relative, of the gradient, as measured")
    doubt: float | None = late_field(
        None, description="p value of a measured bias that none is declared of, below 0.001"
    )
    trials: int = Field(description="tuning runs")
    candidates: int = late_field(1, description="settings of its own that tuning chose among")
    tuning_evaluations: float | None = Field(description="that all of them spent, per example")
    edge: Edge | None = Field(description="where the chosen rate ends the benchmark's grid")
    own_edge: Edge | None = late_field(
        None, description="where it ends the rates that the entry named, and the grid goes on"
    )
    forward: float | None = late_field(
        None, description="evaluations of the cost per example and step, as declared; null: unknown"
    )
    backward: float | None = late_field(None, description="the same of its gradient")
    evaluations: float | None = Field(description="measured per step: forward + 2 backward")
    seconds: float | None = Field(description="per step, the median over seeds")
    ranks: tuple[int, int] = Field(description="1 + how many are better, and how far it may fall")
    shipped: bool = late_field(False, description="whether its entry came with the package")
    code: str | None = late_field(
        None, description="that trained it, where the board's is proved to give its numbers"
    )
    device: str | None = late_field(
        None,
        description="class of the device that trained it, on a board of all kinds where that is "
        "not the board's",
    )


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
    chance: Interval | None = Field(
        None,
        description="of the first on a seed that is no tie, with Clopper and Pearson's interval",
    )
    same: bool | None = Field(
        None, description="whether their median difference is certain to be within the margin"
    )
    better: str | None
    note: str | None = Field(description="where the mean points the other way")


class Unranked(Shape):
    """A current entry without a rank."""

    entry_id: str
    label: str
    state: str
    reason: str
    shipped: bool = late_field(False, description="whether it came with the package")
    elsewhere: Literal["code", "device"] | None = late_field(
        None,
        description="what trained it otherwise, so that it stands on another board",
    )


class StratumSize(Shape):
    """A code and a class of devices that trained complete entries."""

    code: str | None
    device: str | None
    entries: int


class EqualCode(Shape):
    """Code, and the device that it ran on, whose rows the board's own code gives again."""

    code: str | None
    device: str | None
    rows: int
    made_on: str = Field(description="when that was proved, on one run of each row")
    gap: float = Field(description="the largest of what was measured of the gradient")
    beside: str | None = late_field(None, description="code that trained these runs for comparison")
    tried_on: str | None = late_field(None, description="the class of devices where both did")


class ClaimBoard(Shape):
    """What a registered benchmark says, and the ledger that it says it of."""

    format: Literal[2] = 2
    shipped: bool = Field(False, description="of nothing but results that came with the package")
    query: ClaimQuery = ClaimQuery()
    budget: float | None = Field(None, description="in what the axis counts")
    target: float | None = Field(None, description="of a reach board: a validation bound")
    unit: str = "nats per example"
    benchmark: str = Field(description="name and version")
    protocol: str = Field(description="digest of the protocol")
    ledger: str = Field(description="digest of the whole ledger, superseded entries included")
    entries: dict[str, str] = Field(
        {}, description="digest of every entry of the ledger; older boards have none"
    )
    claim: str = "wins on common seeds: exact sign tests of all pairs, Holm, 5% for the board"
    code: str | None = Field(description="that trained what is ranked")
    device: str | None = Field(description="its class; of all kinds, that of most entries")
    clocks: int | None = late_field(
        None,
        description="that the seeds have between them, which tests count where an axis counts"
        " seconds; null: it counts none",
    )
    strata: list[StratumSize] = late_field(
        [], description="all there are, the most entries first, where they are several"
    )
    equal_codes: list[EqualCode] = late_field(
        [], description="that trained rows which the code of the board is proved to give again"
    )
    rows: list[ClaimRow]
    pairs: list[ClaimPair]
    unranked: list[Unranked]
    verdict: list[str]
