"""A board as JSON.  ``scored_runs`` and ``excluded`` are what it was made from; all else
follows."""

from typing import Any, Literal

from pydantic import Field

from analysis.records.labels import Declared, Published
from analysis.records.readings import Spend
from analysis.records.shapes import Interval, Shape
from analysis.records.thresholds import FIRM_SEEDS, LEAST_SEEDS, RESAMPLES
from estimators.specs.base import late_field

Axis = Literal["steps", "evals", "seconds", "reach"]
Outcome = Literal["reached", "censored", "diverged"]


class UnknownBenchmark(LookupError):
    """No run of this benchmark is stored."""


class Unanswerable(ValueError):
    """A board that cannot be asked for; ``field`` names the parameter that is wrong, ``fix`` what
    would be right."""

    def __init__(self, field: str, message: str, fix: str | None = None) -> None:
        super().__init__(message)
        self.field, self.fix = field, fix


class ScoredRun(Shape):
    """One run as the board sees it."""

    run_id: str
    cell_id: str
    seed: int
    setting: dict[str, float]
    outcome: Outcome
    step: int | None = Field(description="at which the value was logged")
    value: float | None = Field(
        description="the metric at the budget; on a reach board, the spend until the target, or "
        "null where the run never arrived"
    )
    validation: float | None = Field(
        description="the same of bound/validation, by which settings are chosen; the budget where "
        "it never arrived"
    )
    validation_end: float | None = Field(
        None,
        description="of a reach board: where bound/validation ended, which decides between "
        "settings that are equal",
    )
    evaluations: float | None = Field(
        description="of the cost per example and step: forward + 2 backward"
    )
    seconds: float | None = Field(description="per step")
    measured_at: int | None
    gradient: dict[str, float] = Field(
        description="last measurement within the budget, by the series' short names"
    )
    environment: int = Field(description="its place in the board's environments")


class ExcludedRun(Shape):
    run_id: str
    cell_id: str
    seed: int
    reason: str


class Method(Shape):
    """How the board was computed."""

    interval: str = "bootstrap-t from 10 seeds, Student's t below"
    pairs: str = (
        "paired t tests on common seeds, sign tests where a seed never arrived; all pairs, Holm"
    )
    level: float = 0.95
    resamples: int = RESAMPLES
    rng_seed: int = 0
    threshold: float | None = Field(
        None,
        ge=0,
        description="a smaller difference is called none; by default a thousandth of the best mean",
    )
    least_seeds: int = Field(LEAST_SEEDS, description="common seeds that ranking wants")
    firm_seeds: int = Field(FIRM_SEEDS, description="below which a rank is provisional")


class BoardQuery(Shape):
    """Which board is asked for."""

    metric: str = "bound/test"
    axis: Axis = "steps"
    budget: float | None = Field(
        None, gt=0, description="in the board's unit; by default what every finished run has"
    )
    target: float | None = Field(
        None,
        description="of a reach board; by default the median of where estimators end, each at the "
        "setting that is best on validation",
    )
    validation_target: float | None = Field(
        None,
        description="where bound/validation has to arrive for the choice of settings; by default "
        "as far from the target as the two bounds are apart",
    )
    spend: Spend = Field("steps", description="what a reach board counts")


class Row(Shape):
    """One cell: an estimator with its settings, at the training setting chosen on validation."""

    cell_id: str
    label: str
    certificate: str = Field(
        description="where the service tells what the oracle found of the estimator"
    )
    declared: Declared | None
    setting: dict[str, float]
    grid: int = Field(description="settings that were tried")
    near_best: float | None = Field(
        description="share of the grid within 1 nat of the best, on validation"
    )
    seeds: int = Field(
        description="with a value; on a reach board those too that never arrived or diverged"
    )
    diverged: int
    censored: int = 0
    value: Interval | None = Field(
        description="the mean over seeds; on a reach board the median, null where half of them "
        "never arrive"
    )
    ranks: tuple[int, int] | None
    group: int | None = Field(description="of estimators that share a rank")
    provisional: bool
    unranked: str | None = Field(description="why it has no rank")
    variance_ratio: Interval | None = Field(
        description="of the gradient, to two-draw leave-one-out; geometric mean"
    )
    bias: Interval | None = Field(
        description="relative, of the gradient; below zero: none was seen"
    )
    doubt: float | None = late_field(
        None, description="p value of a measured bias that none is declared of, below 0.001"
    )
    cosine: float | None = Field(
        description="of the mean gradient as trained with the unbiased one"
    )
    measured_at: int | None
    evaluations: float | None
    seconds: float | None = Field(description="per step, the median over runs")
    environments: list[int]


class Pair(Shape):
    """Two ranked cells on their common seeds: first minus second."""

    first: str
    second: str
    seeds: int
    difference: float | None = Field(
        description="of means; of medians where a seed never arrived, null where that is infinite"
    )
    low: float | None
    high: float | None
    p: float = Field(description="adjusted for all pairs (Holm)")
    better: str | None = Field(
        description="the cell that seems better; none while the pair is open"
    )
    more_seeds: int | None = Field(
        description="that would settle an open pair, if it is what it seems"
    )


class Board(Shape):
    """Exploratory: of whatever was run, so that it suggests and claims nothing."""

    format: Literal[3] = 3
    exploratory: Literal[True] = True
    benchmark_id: str
    definition: dict[str, Any]
    query: BoardQuery
    unit: str
    method: Method
    rows: list[Row]
    pairs: list[Pair]
    visible: float | None = Field(description="the difference that a pair shows with 80% chance")
    verdict: list[str]
    estimators: dict[str, dict[str, Any]]
    plugins: dict[str, Published] = Field(
        {}, description="what estimators of other packages are, by name"
    )
    refused: dict[str, str] = Field(description="cells that may not be ranked, and why")
    environments: list[dict[str, Any]]
    scored_runs: list[ScoredRun]
    excluded_runs: list[ExcludedRun]

    def tried_seeds(self, row: Row) -> int:
        """How many seeds came to an end, whatever it was: of what "2/5 seeds diverged" speaks."""
        return row.seeds if self.query.axis == "reach" else row.seeds + row.diverged


class BoardSummary(Shape):
    """A benchmark and how much was run on it."""

    benchmark_id: str
    definition: dict[str, Any]
    estimators: int
    runs: int
    succeeded: int
