"""Standings over registered benchmarks: mean ranks, and what they tell apart.

Friedman's test and Nemenyi's critical difference, as Demsar (Journal of Machine Learning Research
7, 2006) uses them: benchmarks are the blocks, and an estimator's value on one is its median over
the confirmation seeds.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from pydantic import Field

from analysis.ledger.frontier import claim_frontier
from analysis.ledger.shapes import ClaimBoard
from analysis.records.phrases import count_text
from analysis.records.shapes import Interval, Shape
from analysis.statistics.intervals import clip_interval, student_interval
from analysis.statistics.student import Floats
from analysis.statistics.studentised import friedman_tail, range_quantile
from estimators.specs.base import late_field

FEW = 10  # benchmarks, from which on the approximations below are good


class BenchmarkStanding(Shape):
    """A benchmark that counts, and who cannot be told from the best there."""

    benchmark: str
    shipped: bool = Field(description="whether all of it came with the package")
    entered: int = late_field(0, description="rows entered here, among others that shipped")
    code: str | None
    device: str | None
    ranked: int
    first: list[str] = Field(description="labels of entries that none is better than")


class EstimatorStanding(Shape):
    """An estimator over all benchmarks that rank it."""

    label: str
    ran_on: int
    ranks: dict[str, float] = Field(
        description="by benchmark, of medians, among all that are ranked there; ties share a rank"
    )
    mean_rank: Interval | None = Field(
        description="among the estimators that every benchmark ranks, with Student's 95% interval "
        "over benchmarks; null for others"
    )
    first_on: list[str] = Field(description="benchmarks on which none is better")
    worth_on: list[str] = Field(
        description="benchmarks on which nothing is both cheaper in evaluations and lower"
    )


class Standings(Shape):
    """Lower ranks are better."""

    benchmarks: list[BenchmarkStanding]
    estimators: list[EstimatorStanding] = Field(description="best mean rank first")
    common: int = Field(description="estimators that every benchmark ranks")
    friedman_p: float | None = Field(description="that all of these are equal")
    critical_difference: float | None = Field(
        description="of mean ranks, Nemenyi, 5% for all pairs; null with fewer than two benchmarks"
    )
    groups: list[list[str]] = Field(
        description="of neighbours whose mean ranks differ by less than that"
    )
    verdict: list[str]


def claim_standings(boards: Sequence[ClaimBoard]) -> Standings:
    """Of boards at equal steps, one a benchmark; those that rank nobody are left out."""
    some = [board for board in boards if board.rows]
    medians = {board.benchmark: board_medians(board) for board in some}
    labels = sorted({label for one in medians.values() for label in one})
    common = [label for label in labels if all(label in one for one in medians.values())]
    table = np.array([[one[label] for label in common] for one in medians.values()])
    ranks = average_ranks(table) if some and common else np.zeros((0, 0))
    worth = {board.benchmark: _frontier_labels(board) for board in some}
    first = {board.benchmark: _first_labels(board) for board in some}
    every = {name: median_ranks(one) for name, one in medians.items()}
    rows = [
        EstimatorStanding(
            label=label,
            ran_on=sum(label in one for one in every.values()),
            ranks={name: one[label] for name, one in every.items() if label in one},
            mean_rank=rank_interval(ranks[:, common.index(label)], len(common))
            if label in common
            else None,
            first_on=[name for name in every if label in first[name]],
            worth_on=[name for name in every if label in worth[name]],
        )
        for label in labels
    ]
    rows.sort(key=_standing_order)
    difference = critical_difference(len(common), len(some))
    standings = Standings(
        benchmarks=[_benchmark_standing(board) for board in some],
        estimators=rows,
        common=len(common),
        friedman_p=friedman_p(table) if difference is not None else None,
        critical_difference=difference,
        groups=rank_groups([row for row in rows if row.mean_rank], difference),
        verdict=[],
    )
    return standings.model_copy(update={"verdict": standing_words(standings)})


def rank_interval(ranks: Floats, places: int) -> Interval:
    """Of a mean rank: Student's, within the places that there are."""
    return clip_interval(student_interval(ranks), 1.0, float(places))


def _standing_order(row: EstimatorStanding) -> tuple[bool, float, str]:
    mean = row.mean_rank.mean if row.mean_rank else 0.0
    return row.mean_rank is None, mean, row.label


def _benchmark_standing(board: ClaimBoard) -> BenchmarkStanding:
    about = {name: getattr(board, name) for name in ("benchmark", "shipped", "code", "device")}
    here = sum(not row.shipped for row in board.rows)
    mixed = here if here < len(board.rows) else 0
    first, count = _first_labels(board), len(board.rows)
    return BenchmarkStanding(**about, ranked=count, first=first, entered=mixed)


def _first_labels(board: ClaimBoard) -> list[str]:
    return [row.label for row in board.rows if row.ranks[0] == 1]


def _frontier_labels(board: ClaimBoard) -> list[str]:
    return [point.label for point in claim_frontier(board).points if point.frontier]


def board_medians(board: ClaimBoard) -> dict[str, float]:
    """By label; infinite where half of the seeds are lost."""
    return {row.label: row.median.mean if row.median else np.inf for row in board.rows}


def median_ranks(medians: dict[str, float]) -> dict[str, float]:
    """Among all of one benchmark."""
    ranks = average_ranks(np.array([list(medians.values())]))[0]
    return dict(zip(medians, map(float, ranks), strict=True))


def average_ranks(values: Floats) -> Floats:
    """Of each row of values [benchmarks, estimators], from 1; equal ones share the mean of their
    places."""
    below = (values[:, None, :] < values[:, :, None]).sum(2)
    equal = (values[:, None, :] == values[:, :, None]).sum(2)
    return np.asarray(below + (equal + 1) / 2, float)


def friedman_p(values: Floats) -> float | None:
    """That the columns of values [benchmarks, estimators] are equal; None where the test wants
    more: three estimators, two benchmarks, and any difference."""
    ranks = average_ranks(values)
    if min(values.shape[1] - 2, values.shape[0] - 1) < 1 or (ranks == ranks[0, 0]).all():
        return None
    return friedman_tail(ranks)


@cache
def critical_difference(estimators: int, benchmarks: int, level: float = 0.95) -> float | None:
    """Of mean ranks: Nemenyi's, by the studentised range.  None where nothing can be compared."""
    if estimators < 2 or benchmarks < 2:
        return None
    q = range_quantile(estimators, level) / 2**0.5
    return float(q * (estimators * (estimators + 1) / (6 * benchmarks)) ** 0.5)


def rank_groups(rows: list[EstimatorStanding], difference: float | None) -> list[list[str]]:
    """The largest runs of neighbours that lie within the critical difference of each other."""
    if difference is None:
        return []
    means = [row.mean_rank.mean for row in rows if row.mean_rank]
    groups: list[list[str]] = []
    last = 0
    for start in range(len(means)):
        end = max(k for k in range(start, len(means)) if means[k] - means[start] <= difference) + 1
        if end > last and end - start > 1:
            groups.append([row.label for row in rows[start:end]])
        last = max(last, end)
    return groups


def _common_words(benchmarks: int, estimators: int) -> str:
    if benchmarks == 1:
        return f"1 benchmark ranks {count_text(estimators, 'estimator')}."
    return f"{benchmarks} benchmarks rank {count_text(estimators, 'estimator')} in common."


def standing_words(standings: Standings) -> list[str]:
    """Sentences, the most important first."""
    count, difference = len(standings.benchmarks), standings.critical_difference
    if not count:
        return ["No benchmark ranks anybody."]
    words = [_common_words(count, standings.common)]
    if difference is None:
        return [*words, "Mean ranks are compared from two benchmarks and two estimators."]
    best = standings.estimators[0]
    near = next((group for group in standings.groups if best.label in group), [best.label])
    words.append(
        f"The least mean rank is that of {best.label}, which ranks do not tell from "
        f"{len(near) - 1} others."
        if len(near) > 1
        else f"{best.label} has a lower mean rank than every other."
    )
    words.append(f"Mean ranks that differ by more than {difference:.1f} are told apart at 5%.")
    if count < FEW:
        words.append(f"{count} benchmarks are few for that test, and they are no random sample.")
    return words
