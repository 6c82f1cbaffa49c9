"""What a bound costs on a registered benchmark: which entries no other beats on both."""

from collections import Counter

from analysis.comparisons.pareto import NAMES, Cost, Pareto, Point
from analysis.ledger.shapes import ClaimBoard, ClaimRow
from analysis.ledger.strata import mixed_seconds


def claim_frontier(board: ClaimBoard, cost: Cost = "evals") -> Pareto:
    """Of a board at equal steps: medians over seeds, against evaluations or seconds per step times
    the steps.  Of seconds, those rows alone that the code of most trained, since equal numbers need
    not come in equal times.  Raises Unanswerable for seconds of all kinds of device."""
    if cost == "seconds" and board.query.of_all_kinds:
        raise mixed_seconds("evaluations")
    most = Counter(row.code for row in board.rows).most_common(1)
    rows = [
        (row, spent)
        for row in board.rows
        if cost == "evals" or row.code == most[0][0]
        if row.median is not None and (spent := _row_cost(row, cost, board.budget)) is not None
    ]
    points = [_point(row, spent, rows, board) for row, spent in rows]
    points.sort(key=lambda point: (point.cost, point.value.mean))
    unit, name = f"{board.unit}, median", board.benchmark
    return Pareto(benchmark_id=name, unit=unit, cost_unit=NAMES[cost], points=points)


def _row_cost(row: ClaimRow, cost: Cost, steps: float | None) -> float | None:
    rate = row.evaluations if cost == "evals" else row.seconds
    return None if rate is None or steps is None else rate * steps


def _point(
    row: ClaimRow, spent: float, rows: list[tuple[ClaimRow, float]], board: ClaimBoard
) -> Point:
    assert row.median is not None
    place_on_both = (spent, row.median.mean)
    cheaper = {other.entry_id: other for other, cost in rows if cost <= spent}
    below = [
        other.median.mean
        for other, cost in rows
        if cost <= spent and other.median and (cost, other.median.mean) != place_on_both
    ]
    better = {pair.better for pair in board.pairs if row.entry_id in (pair.first, pair.second)}
    return Point(
        cell_id=row.cell_id,
        label=row.label,
        device=row.device,
        cost=spent,
        value=row.median,
        frontier=all(value > row.median.mean for value in below),
        beaten_by=[
            cheaper[one].cell_id
            for one in sorted(filter(None, better - {row.entry_id}))
            if one in cheaper
        ],
    )
