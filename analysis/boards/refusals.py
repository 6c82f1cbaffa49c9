"""Why a row has no rank."""

import numpy as np
from numpy.typing import NDArray

from analysis.boards.metrics import RANKING
from analysis.boards.rows import contradiction_text
from analysis.boards.shapes import Board, Row
from analysis.records.phrases import count_text
from analysis.records.proved import is_proved

NEVER = "never arrived within the budget"


def unranked_reason(row: Row, board: Board) -> str | None:
    """The first reason, of those that this row gives by itself."""
    if board.query.axis != "reach" and board.query.metric not in RANKING:
        variance = (
            "variance alone never ranks"
            if board.query.metric != "gradient/bias"
            else "bias alone never ranks"
        )
        return (
            variance
            if board.query.metric.startswith("gradient/")
            else f"{board.query.metric} does not rank"
        )
    if row.cell_id in board.refused:
        return board.refused[row.cell_id]
    proved = is_proved(board.estimators[row.cell_id]["name"], board.definition.get("model", {}))
    if reason := contradiction_text(row.doubt, row.bias, proved):
        return reason
    if row.seeds < board.method.least_seeds:
        return f"{row.seeds} of {board.method.least_seeds} seeds" + _excluded_count(row, board)
    late = board.query.axis == "reach" and row.censored + row.diverged == row.seeds
    return NEVER if late else None


def _excluded_count(row: Row, board: Board) -> str:
    left = sum(run.cell_id == row.cell_id for run in board.excluded_runs)
    return f"; {count_text(left, 'run')} set aside" if left else ""


def isolated_rows(rows: list[Row], seeds: dict[str, set[int]], least: int) -> dict[str, str]:
    """Of rows that could be ranked, those that share too few seeds with the others, and with whom.

    Rows come in by how many others they share enough seeds with, then by their own seeds.
    """

    shared = _shared_seeds([seeds[row.cell_id] for row in rows]) >= least
    order = sorted(
        range(len(rows)),
        key=lambda i: (-int(shared[i].sum()), -len(seeds[rows[i].cell_id]), rows[i].cell_id),
    )
    connected: list[int] = []
    left: dict[str, str] = {}
    for i in order:
        if strangers := [rows[j].label for j in connected if not shared[i, j]]:
            left[rows[i].cell_id] = f"shares fewer than {least} seeds with {strangers[0]}"
        else:
            connected.append(i)
    return left


def _shared_seeds(seeds: list[set[int]]) -> NDArray[np.int64]:
    """How many each has in common with each, [rows, rows]."""
    every = sorted(set().union(*seeds))
    has = np.array([[seed in some for seed in every] for some in seeds], np.int64)
    has = has.reshape(len(seeds), len(every))
    return has @ has.T
