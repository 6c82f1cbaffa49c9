"""From scored_runs to a board: the same scored_runs give the same board, with or without a
database."""

from collections import defaultdict
from math import isfinite
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.boards.metrics import value_unit
from analysis.boards.refusals import isolated_rows, unranked_reason
from analysis.boards.rows import board_row, compared_values
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
    rows = [board_row(cell, choice, board) for cell, choice in choices.items()]
    reasons = {row.cell_id: unranked_reason(row, choices[row.cell_id], board) for row in rows}
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
    tests = contest.tests
    return [_board_pair(contest, tests, k, board) for k in range(len(tests.mean))] if tests else []


def _board_pair(contest: _Contest, tests: Pairs, k: int, board: Board) -> Pair:
    rows, better = contest.rows, contest.better
    i, j = int(tests.first[k]), int(tests.second[k])
    winner = rows[i].cell_id if better[i, j] else rows[j].cell_id if better[j, i] else None
    mean, spread, seeds = float(tests.mean[k]), float(tests.spread[k]), int(tests.seeds[k])
    worth = winner is None and abs(mean) > (board.method.threshold or 0.0) and isfinite(spread)
    more = (
        missing_seeds(mean, spread, seeds, len(tests.mean), 1 - board.method.level)
        if worth
        else None
    )
    return Pair(
        first=rows[i].cell_id,
        second=rows[j].cell_id,
        seeds=seeds,
        difference=finite_or_none(mean),
        low=finite_or_none(tests.low[k]),
        high=finite_or_none(tests.high[k]),
        p=float(tests.adjusted[k]),
        better=winner,
        more_seeds=more,
    )


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
