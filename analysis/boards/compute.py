"""Boards as pure functions: of records, or of a board's own JSON."""

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.boards.metrics import METRICS
from analysis.boards.ranking import rank_board
from analysis.boards.scoring import score_runs
from analysis.boards.shapes import Board, BoardQuery, Method, Unanswerable
from analysis.records.labels import Published
from analysis.records.runs import RunRecord


def compute_board(
    records: Iterable[RunRecord],
    benchmark_id: str,
    definition: dict[str, Any],
    query: BoardQuery = BoardQuery(),
    method: Method = Method(),
    refused: Mapping[str, str] = {},
    plugins: Mapping[str, Published] = {},
) -> Board:
    """The board of a benchmark.  ``refused``: cells that may not be ranked, and why; ``plugins``:
    what estimators of other packages are.

    Raises Unanswerable for a metric that no board knows.
    """
    if query.metric not in METRICS:
        raise Unanswerable(
            "metric", f"{query.metric} is no metric; there are {', '.join(METRICS)}."
        )
    runs = list(records)
    scores = score_runs(runs, definition, query)
    estimators = {run.cell_id: run.estimator for run in sorted(runs, key=lambda run: run.cell_id)}
    return rank_board(
        Board(
            benchmark_id=benchmark_id,
            definition=definition,
            query=scores.query,
            unit="",
            method=method,
            rows=[],
            pairs=[],
            visible=None,
            verdict=[],
            estimators=estimators,
            refused=dict(refused),
            plugins=_board_plugins(plugins, estimators.values()),
            environments=scores.environments,
            scored_runs=scores.scored_runs,
            excluded_runs=scores.excluded_runs,
        )
    )


def _board_plugins(
    plugins: Mapping[str, Published], estimators: Iterable[Mapping[str, Any]]
) -> dict[str, Published]:
    """Those that this board has."""
    return {
        name: plugins[name] for name in sorted({e["name"] for e in estimators}) if name in plugins
    }


def recompute_board(board: Board) -> Board:
    """The same board from what it says it was computed from."""
    return rank_board(board)
