"""Why a row has no rank."""

import numpy as np
from numpy.typing import NDArray

from analysis.boards.metrics import RANKING
from analysis.boards.rows import gradient_figures, signed_square
from analysis.boards.selection import Choice
from analysis.boards.shapes import Board, Row
from analysis.records.phrases import count_text
from analysis.statistics.student import Floats, student_quantile

NEVER = "never arrived within the budget"
DOUBT = 0.001  # how seldom a sound estimator may be called biased


def unranked_reason(row: Row, choice: Choice, board: Board) -> str | None:
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
    if contradicts_declaration(row, choice):
        return (
            f"declares itself unbiased; its measured relative bias is {row.bias.mean:.2g}"
            if row.bias
            else None
        )
    if row.seeds < board.method.least_seeds:
        return f"{row.seeds} of {board.method.least_seeds} seeds" + _excluded_count(row, board)
    late = board.query.axis == "reach" and row.censored + row.diverged == row.seeds
    return NEVER if late else None


def contradicts_declaration(row: Row, choice: Choice) -> bool:
    """Whether the measured bias speaks against the declaration: one-sided t test over seeds, p <
    0.001."""
    declared = row.declared is not None and row.declared.unbiased
    return declared and is_biased(np.array(gradient_figures(choice.scored_runs, "bias")))


def is_biased(bias: Floats) -> bool:
    """Of relative biases [seeds]: one-sided t test of their signed squares, p < 0.001."""
    squares = signed_square(bias)
    if len(squares) < 2:
        return False
    error = squares.std(ddof=1) / len(squares) ** 0.5
    return bool(squares.mean() > student_quantile(1 - DOUBT, len(squares) - 1) * error)


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
