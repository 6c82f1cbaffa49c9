"""From scored_runs to a board: the same scored_runs give the same board, with or without a
database."""

from collections import defaultdict
from math import isfinite
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from analysis.boards.metrics import value_unit
from analysis.boards.refusals import isolated_rows, unranked_reason
from analysis.boards.rows import board_rows, compared_values
from analysis.boards.selection import Choice, choose_setting
from analysis.boards.shapes import Board, Pair, Row, ScoredRun
from analysis.boards.verdict import board_verdict
from analysis.statistics import (
    Pairs,
    missing_seeds,
    rank_sets,
    tie_groups,
    visible_difference,
)
from analysis.statistics.late import late_tests

PRACTICAL = 0.001  # of the best mean: what a smaller difference is called none
Values = dict[str, dict[int, float]]  # of a cell, by seed
PAIRS = TypeAdapter(list[Pair])


class _Contest(NamedTuple):
    """The ranked rows, compared: ``better[i, j]``, i seems better than j.  No tests of less than
    two."""

    rows: list[Row]
    tests: Pairs | None
    better: NDArray[np.bool_]


def rank_board(board: Board) -> Board:
    """Fills in all that follows from definition, query, method, estimators, scored_runs and
    excluded."""
    choices = _chosen_settings(board)
    values = {cell: scaled_values(choice, board) for cell, choice in choices.items()}
    rows = _sorted_rows(board, choices)
    able = [row for row in rows if row.unranked is None]
    method = board.method.model_copy(update={"threshold": _practical_threshold(board, able)})
    board = board.model_copy(update={"method": method})
    contest = _ordered_contest(able, values, board)
    rows = _with_ranks(contest, method.firm_seeds) + [
        row for row in rows if row.unranked is not None
    ]
    filled = {
        "rows": rows,
        "pairs": _board_pairs(contest, board),
        "visible": _visible(contest.tests, board) if contest.tests else None,
        "unit": value_unit(board.query),
    }
    done = board.model_copy(update=filled)
    return done.model_copy(update={"verdict": board_verdict(done)})


def _chosen_settings(board: Board) -> dict[str, Choice]:
    """By cell; cells without any scored too."""
    cells: dict[str, list[ScoredRun]] = defaultdict(list)
    for scored in board.scored_runs:
        cells[scored.cell_id].append(scored)
    return {cell: choose_setting(cells[cell], board.query) for cell in board.estimators}


def _sorted_rows(board: Board, choices: dict[str, Choice]) -> list[Row]:
    """Best first; those that cannot be ranked say why."""
    rows = board_rows(choices, board)
    reasons = {row.cell_id: unranked_reason(row, board) for row in rows}
    seeds = {
        cell: set(compared_values(choice.scored_runs, board.query))
        for cell, choice in choices.items()
    }
    able = [row for row in rows if reasons[row.cell_id] is None]
    reasons |= isolated_rows(able, seeds, board.method.least_seeds)
    rows = [row.model_copy(update={"unranked": reasons[row.cell_id]}) for row in rows]
    return sorted(
        rows,
        key=lambda row: (
            row.value is None,
            row.value.mean if row.value else 0,
            row.label,
            row.cell_id,
        ),
    )


def scaled_values(choice: Choice, board: Board) -> dict[int, float]:
    """By seed; a spend is compared on the log scale."""
    values = compared_values(choice.scored_runs, board.query)
    scale = np.log if board.query.axis == "reach" else np.float64
    return {seed: float(scale(value)) for seed, value in values.items()}


def _practical_threshold(board: Board, able: list[Row]) -> float:
    if board.method.threshold is not None or not able:
        return board.method.threshold or 0.0
    best = able[0].value
    return PRACTICAL * (1.0 if board.query.axis == "reach" else abs(best.mean if best else 0))


def _ordered_contest(rows: list[Row], values: Values, board: Board) -> _Contest:
    """Rows that fewer seem better than come first, whatever their means: those may be over other
    seeds."""
    contest = _compare_rows(rows, values, board)
    behind = contest.better.sum(0)
    order = sorted(range(len(rows)), key=lambda i: behind[i])
    if order == list(range(len(rows))):
        return contest
    return _compare_rows([rows[i] for i in order], values, board)


def _compare_rows(rows: list[Row], values: Values, board: Board) -> _Contest:
    better = np.zeros((len(rows), len(rows)), bool)
    if len(rows) < 2:
        return _Contest(rows, None, better)
    seeds = sorted({seed for row in rows for seed in values[row.cell_id]})
    table = np.array([[values[row.cell_id].get(seed, np.nan) for row in rows] for seed in seeds])
    tests, threshold = late_tests(table, board.method.level), board.method.threshold or 0.0
    certain = (tests.adjusted <= 1 - board.method.level) & (np.abs(tests.mean) > threshold)
    first_wins, second_wins = certain & (tests.mean < 0), certain & (tests.mean > 0)
    better[tests.first[first_wins], tests.second[first_wins]] = True
    better[tests.second[second_wins], tests.first[second_wins]] = True
    if board.query.axis != "reach":
        lost = np.array([row.diverged / (row.seeds + row.diverged) for row in rows])
        better &= lost[:, None] <= lost[None, :]  # seeds that diverged are no part of a mean
    return _Contest(rows, tests, better)


def _visible(tests: Pairs, board: Board) -> float | None:
    """The median over pairs; those with a seed that never arrived have no spread."""
    finite = np.isfinite(tests.spread)
    if not finite.any():
        return None
    return float(
        np.median(
            visible_difference(
                tests.spread[finite],
                tests.seeds[finite],
                len(tests.mean),
                1 - board.method.level,
            )
        )
    )


def _board_pairs(contest: _Contest, board: Board) -> list[Pair]:
    """Of all pairs at once: a board of a hundred rows has five thousand."""
    if (tests := contest.tests) is None:
        return []
    cells, better = [row.cell_id for row in contest.rows], contest.better
    first, second = tests.first, tests.second
    winners = np.where(better[first, second], first, np.where(better[second, first], second, -1))
    columns: dict[str, list[Any]] = {
        "first": [cells[i] for i in first.tolist()],
        "second": [cells[i] for i in second.tolist()],
        "seeds": tests.seeds.tolist(),
        "difference": finite_list(tests.mean),
        "low": finite_list(tests.low),
        "high": finite_list(tests.high),
        "p": tests.adjusted.tolist(),
        "better": [cells[i] if i >= 0 else None for i in winners.tolist()],
        "more_seeds": [more or None for more in _more_seeds(tests, winners < 0, board).tolist()],
    }
    return PAIRS.validate_python(
        [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    )


def _more_seeds(tests: Pairs, still: NDArray[np.bool_], board: Board) -> NDArray[np.int64]:
    """That would settle each pair that is open; 0 for one that no plan settles."""
    worth = still & (np.abs(tests.mean) > (board.method.threshold or 0.0))
    worth &= np.isfinite(tests.spread)
    more, count = np.zeros(len(tests.mean), np.int64), len(tests.mean)
    more[worth] = missing_seeds(
        tests.mean[worth], tests.spread[worth], tests.seeds[worth], count, 1 - board.method.level
    )
    return more


def finite_list(values: NDArray[np.float64]) -> list[float | None]:
    """As JSON has them."""
    return [finite_or_none(value) for value in values.tolist()]


def finite_or_none(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _with_ranks(contest: _Contest, firm: int) -> list[Row]:
    ranks = rank_sets(contest.better)
    return [
        row.model_copy(
            update={"ranks": rank_range, "group": group, "provisional": row.seeds < firm}
        )
        for row, rank_range, group in zip(contest.rows, ranks, tie_groups(ranks), strict=True)
    ]
