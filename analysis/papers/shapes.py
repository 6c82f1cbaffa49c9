"""A suite's report as JSON."""

from typing import Any, Literal

from pydantic import Field

from analysis.records.shapes import Interval, Shape
from estimators.specs.findings import Quantity, WarmUp
from estimators.specs.suites import Scale

Verdict = Literal["agrees", "better", "worse", "open"]
GridEdge = Literal["lowest", "highest", "only"]


class Mode(Shape):
    """A learning rate chosen in one way, and the test bound there over the seeds, in nats per
    example."""

    learning_rate: float
    edge: GridEdge | None = Field(
        description="where the rate is among those that were run, at any length; null: inside"
    )
    bound: Interval = Field(
        description="on test, to hundredths of a nat; a single seed has no ends"
    )
    seeds: int
    ends: dict[int, float] = Field(description="the test bound by seed, as it was logged")
    verdict: Verdict = Field(
        description="agrees: the whole interval lies within 1 nat of the published number; better, "
        "worse: beyond that; open: neither"
    )


class Modes(Shape):
    """Null where every rate has a run that diverged."""

    paper: Mode | None = Field(description="the rate that is best on test, as in the paper")
    ours: Mode | None = Field(description="the rate that is best on validation")


class Curve(Shape):
    """Training cost at our rate, per example: mean, least and greatest over seeds."""

    steps: list[int]
    mean: list[float | None]
    low: list[float | None]
    high: list[float | None]


class Prediction(Shape):
    """Where a power law of the last half of the training curve would have the test bound: no
    measurement."""

    steps: int = Field(description="twice the budget that was spent")
    bound: Interval = Field(
        description="there, nats; 95%, of the backtest's errors and the seeds together"
    )
    arrival: int | None = Field(
        description="steps until it is within 1 nat of the published number, to two digits; null: "
        "it is so already, or not within that doubling"
    )
    curves: int = Field(description="whose second half was predicted from what came before")
    error: float = Field(description="mean of those predictions' errors, nats")
    deviation: float = Field(description="root mean square of them, nats")


class CellResult(Shape):
    """One number of a table, and what came out here."""

    cell: str
    table: str
    row: str
    column: str
    published: float
    measured: Modes | None
    reason: str = Field(description="why there is no measurement; else empty")
    seeds: int = Field(0, description="that every rate has")
    steps: int = 0
    rates: list[float] = Field([], description="that were run")
    grid: list[float] = Field(
        [], description="the suite's own rates, at the full scale all of the paper's"
    )
    runs: int = 0
    diverged: int = Field(0, description="runs")
    left_out: int = Field(0, description="runs of another length of training")
    made: list[dict[str, Any]] = Field(
        [], description="where, and with which code, each piece was trained"
    )
    curve: Curve | None = None
    prediction: Prediction | None = None


class Claim(Shape):
    """A sentence of the paper about one row, and the figures that decide it."""

    name: str
    claim: str
    table: str
    row: str
    holds: bool | None = Field(
        description="whether all intervals of the gaps meet the demand, or one misses it; null: "
        "open"
    )
    figures: dict[str, Interval | None] = Field(
        description="test bound by column, at the rate of validation"
    )
    gaps: dict[str, Interval | None] = Field(
        description="the differences that decide, in nats, over common seeds; 95% for all of the "
        "claim together; a single seed has no ends"
    )
    demand: str = Field(description="what every gap has to be")


class Caption(Shape):
    """What a table is about."""

    title: str
    notes: list[str]


class Elsewhere(Shape):
    """What others measured on the task of a row; where ``row`` is null, on a task like a
    table's."""

    source: str
    provenance: str
    table: str
    row: str | None
    net: str
    measure: str
    settings: str
    values: dict[str, float] = Field(description="by estimator, in nats per example")
    notes: list[str]


class Gradient(Shape):
    """What an estimator's gradient is worth at one point."""

    log_ratio: Quantity = Field(
        description="natural log of its variance in the encoder over that of leave-one-out, two"
        " draws"
    )
    bias: Quantity = Field(
        description="relative, in the encoder; the signed root of an unbiased estimate of its"
        " square"
    )
    cosine: Quantity = Field(
        description="of the mean of the whole, as trained, and the true gradient"
    )
    warm_up: WarmUp | None = Field(
        None,
        description="in which it learned before; none: 100 steps, and nobody looked whether it had"
        " settled",
    )


class Point(Shape):
    """The estimators of a row at the same frozen parameters, on the same minibatches and noise."""

    table: str
    row: str
    at: int = Field(description="steps of the reference trajectory")
    trained_by: str = Field(description="the estimator of the trajectory")
    learning_rate: float
    exact: bool = Field(description="whether the reference was enumerated")
    found: dict[str, Gradient] = Field(description="by column")


class SuiteReport(Shape):
    """The tables of a paper, ours beside each number."""

    suite: str
    scale: Scale
    source: str
    provenance: str
    unit: str
    selection: str = Field(description="how the paper chose its learning rates")
    comparable: bool = Field(
        description="whether data and nets are the paper's, so that its numbers may be held "
        "against ours"
    )
    tables: dict[str, Caption]
    cells: list[CellResult]
    claims: list[Claim]
    elsewhere: list[Elsewhere] = Field(description="independent measurements of the same tasks")
    trajectories: list[Point] = Field(description="gradients along the trajectory of each row")
