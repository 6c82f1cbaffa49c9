"""Two estimators of one board, seed by seed."""

from math import exp, inf, isfinite
from typing import Any, Literal

import numpy as np
from pydantic import Field

from analysis.boards.metrics import log_scaled
from analysis.boards.ranking import finite_or_none
from analysis.boards.rows import compared_values
from analysis.boards.shapes import Board, Row, ScoredRun
from analysis.records.phrases import count_text, interval_text
from analysis.records.shapes import Interval, Shape
from analysis.statistics import missing_seeds
from analysis.statistics.late import late_tests
from analysis.statistics.sizes import finite_interval


class UnknownCell(LookupError):
    """The board has no such estimator."""


class Seed(Shape):
    """Null: the run never arrived, or diverged before it did."""

    seed: int
    a: float | None
    b: float | None


class Comparison(Shape):
    """Of one pair that was chosen beforehand: no other pair is paid for."""

    benchmark_id: str
    a: Row
    b: Row
    unit: str
    scale: Literal["difference", "ratio"] = Field(
        description="a minus b; or a over b, geometric means"
    )
    threshold: float = Field(
        description="a smaller difference (of logarithms, for a ratio) is called none"
    )
    seeds: list[Seed] = Field(description="that both have")
    wins: int = Field(description="seeds on which a is better")
    difference: Interval | None = Field(
        description="the interval holds no difference exactly if the test rejects none at 5%"
    )
    effect: float | None = Field(
        description="mean over standard deviation of the paired differences"
    )
    p: float | None = Field(
        description="two-sided, of a paired t test; of a sign test where a run never arrived"
    )
    better: Literal["a", "b"] | None = Field(description="at 5%; none where it is open")
    more_seeds: int | None = Field(
        description="that would settle an open pair, if it is what it seems"
    )
    verdict: list[str]


def compare_cells(board: Board, a: str, b: str) -> Comparison:
    """``a`` and ``b`` are cells or labels.  Raises UnknownCell."""
    rows = find_row(board, a), find_row(board, b)
    left, right = (seed_values(board, row) for row in rows)
    seeds = paired_seeds(left, right)
    test = paired_test(board, seeds)
    return Comparison(
        benchmark_id=board.benchmark_id,
        a=rows[0],
        b=rows[1],
        unit=board.unit,
        seeds=seeds,
        scale="ratio" if log_scaled(board.query) else "difference",
        threshold=board.method.threshold or 0.0,
        wins=sum(_late(seed.a) < _late(seed.b) for seed in seeds),
        verdict=_pair_verdict(rows, test, board, seeds),
        **test,
    )


def find_row(board: Board, name: str) -> Row:
    """By cell or label.  Raises UnknownCell."""
    for row in board.rows:
        if name in (row.cell_id, row.label):
            return row
    labels = "; ".join(row.label for row in board.rows)
    raise UnknownCell(f"There is no {name} on this board; there are {labels}.")


def chosen_runs(board: Board, row: Row) -> list[ScoredRun]:
    """The runs at the row's chosen setting."""
    return [
        scored
        for scored in board.scored_runs
        if scored.cell_id == row.cell_id and scored.setting == row.setting
    ]


def seed_values(board: Board, row: Row) -> dict[int, float]:
    """Infinite on a reach board where a run never arrived."""
    return compared_values(chosen_runs(board, row), board.query)


def paired_seeds(a: dict[int, float], b: dict[int, float]) -> list[Seed]:
    return [
        Seed(seed=seed, a=finite_or_none(a[seed]), b=finite_or_none(b[seed]))
        for seed in sorted(a.keys() & b.keys())
    ]


def paired_test(board: Board, seeds: list[Seed]) -> dict[str, Any]:
    """The figures that follow from the pairs of values: one test, and the interval that agrees."""
    none = dict.fromkeys(("difference", "effect", "p", "better", "more_seeds"))
    if len(seeds) < 2:
        return none
    scale = np.log if log_scaled(board.query) else np.float64
    table = scale(np.array([[_late(seed.a), _late(seed.b)] for seed in seeds]))
    pair, method = late_tests(table, board.method.level), board.method
    mean, spread, p = (float(figure[0]) for figure in (pair.mean, pair.spread, pair.adjusted))
    large = abs(mean) > (method.threshold or 0.0)
    sure = p <= 1 - method.level and large and len(seeds) >= method.least_seeds
    plan = large and not sure and isfinite(spread)
    more = int(missing_seeds(mean, spread, len(seeds), 1, 1 - method.level)[0]) if plan else 0
    return none | {
        "difference": _difference_interval(mean, float(pair.low[0]), float(pair.high[0]), board),
        "effect": mean / spread if spread and isfinite(spread) else None,
        "p": p,
        "better": ("a" if mean < 0 else "b") if sure else None,
        "more_seeds": more or None,
    }


def _late(value: float | None) -> float:
    return inf if value is None else value


def _difference_interval(mean: float, low: float, high: float, board: Board) -> Interval | None:
    gap = finite_interval(Interval(mean=mean, low=low, high=high))
    if gap is None or not log_scaled(board.query):
        return gap
    ends = [None if end is None else exp(end) for end in (gap.low, gap.high)]
    return Interval(mean=exp(gap.mean), low=ends[0], high=ends[1])


def _pair_verdict(
    rows: tuple[Row, Row], tested: dict[str, Any], board: Board, seeds: list[Seed]
) -> list[str]:
    a, b = (row.label for row in rows)
    if len(seeds) < board.method.least_seeds:
        return [
            f"{a} and {b} share {count_text(len(seeds), 'seed')}; a claim wants "
            f"{board.method.least_seeds}."
        ]
    ratio = log_scaled(board.query)
    figure = f"{a} over {b} is " if ratio else f"{a} less {b} is "
    figure += interval_text(tested["difference"]) + ("" if ratio else f" {board.unit}")
    if tested["better"]:
        less, other = (a, b) if tested["better"] == "a" else (b, a)
        said = f"{less} is lower than {other} over {len(seeds)} common seeds: {figure}."
    else:
        said = f"{len(seeds)} common seeds do not tell {a} from {b}: {figure}."
    more = tested["more_seeds"]
    plan = [f"{more:,} more seeds would settle it, if it is what it seems."] if more else []
    barred = [f"{row.label} is not ranked: {row.unranked}." for row in rows if row.unranked]
    return [said, *plan, *barred]
