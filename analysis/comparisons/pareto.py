"""What a bound costs: which estimators no other beats on both."""

from typing import Literal

from pydantic import Field

from analysis.boards.shapes import Board, Row, Unanswerable
from analysis.comparisons.compare import chosen_runs
from analysis.records.shapes import Interval, Shape, device_apart

Cost = Literal["evals", "seconds"]
NAMES: dict[Cost, str] = {"evals": "evaluations of the cost per example", "seconds": "seconds"}


class Point(Shape):
    cell_id: str
    label: str
    device: str | None = device_apart()
    cost: float = Field(description="spent until the budget; the median over seeds")
    value: Interval
    frontier: bool = Field(
        description="no other is at least as good in both means and better in one"
    )
    beaten_by: list[str] = Field(description="cells that cost no more and are certainly better")


class Pareto(Shape):
    benchmark_id: str
    unit: str
    cost_unit: str
    points: list[Point] = Field(description="cheapest first")


def cost_frontier(board: Board, cost: Cost = "evals") -> Pareto:
    """Of ranked estimators.  Raises Unanswerable for a reach board, whose values are costs
    already."""
    if board.query.axis == "reach":
        raise Unanswerable(
            "axis", "A reach board counts what is spent; there is no bound to set against it."
        )
    rows = [
        (row, spent)
        for row in board.rows
        if row.ranks and (spent := _row_cost(board, row, cost)) is not None
    ]
    better = {
        (pair.better, pair.first if pair.better == pair.second else pair.second)
        for pair in board.pairs
    }
    points = [_frontier_point(row, spent, rows, better) for row, spent in rows]
    points.sort(key=lambda point: (point.cost, point.value.mean))
    return Pareto(
        benchmark_id=board.benchmark_id, unit=board.unit, cost_unit=NAMES[cost], points=points
    )


def _row_cost(board: Board, row: Row, cost: Cost) -> float | None:
    """Per step, times the steps of the value."""
    steps = [scored.step for scored in chosen_runs(board, row) if scored.step is not None]
    rate = row.evaluations if cost == "evals" else row.seconds
    return None if rate is None or not steps else rate * sorted(steps)[len(steps) // 2]


def _frontier_point(
    row: Row, spent: float, rows: list[tuple[Row, float]], better: set[tuple[str | None, str]]
) -> Point:
    assert row.value is not None
    cheaper = [(other, cost) for other, cost in rows if cost <= spent and other.value]
    below = [
        o for o, cost in cheaper if o.value and (cost, o.value.mean) != (spent, row.value.mean)
    ]
    return Point(
        cell_id=row.cell_id,
        label=row.label,
        cost=spent,
        value=row.value,
        frontier=all(other.value is None or other.value.mean > row.value.mean for other in below),
        beaten_by=[other.cell_id for other, _ in cheaper if (other.cell_id, row.cell_id) in better],
    )
