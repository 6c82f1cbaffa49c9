"""Every picture of a board, in one list: files of a site, answers of the API and pages show these.

The list itself needs no matplotlib, so that a page can name pictures where none can be drawn.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from analysis.boards.shapes import Board
from analysis.comparisons.pareto import cost_frontier
from analysis.records.phrases import bias_text, interval_text
from analysis.records.runs import RunRecord, Series
from analysis.statistics.bands import ValueTable, band_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BOUND, VARIANCE = "bound/test", "gradient/variance"


class BoardChart(NamedTuple):
    """One picture of a board at equal steps."""

    # what it shows, for people
    title: str
    # names of the series that it draws beside what the board holds
    series: tuple[str, ...]
    # whether the board has what it shows
    applies: Callable[[Board], bool]
    draw: "Callable[[Board, Sequence[RunRecord]], Figure]"
    # the same in figures, for who does not see it
    values: Callable[[Board, Sequence[RunRecord]], ValueTable]


def board_charts(board: Board) -> dict[str, BoardChart]:
    """The pictures that this board has beside its ranks, by name, in their order on a page."""
    if board.query.axis != "steps":
        return {}
    return {name: chart for name, chart in CHARTS.items() if chart.applies(board)}


def board_curves(board: Board, runs: Iterable[RunRecord], name: str) -> dict[str, list[Series]]:
    """By label in the board's order: the series ``name`` of the runs that the board counts, at the
    chosen settings."""
    counted = {scored.run_id for scored in board.scored_runs}
    logged = [run for run in runs if run.run_id in counted and name in run.series]
    curves = {
        row.label: [
            run.series[name]
            for run in logged
            if (run.cell_id, run.setting) == (row.cell_id, row.setting)
        ]
        for row in board.rows
    }
    return {label: seeds for label, seeds in curves.items() if seeds}


def _has_ranks(board: Board) -> bool:
    return any(row.ranks for row in board.rows)


def _has_bias(board: Board) -> bool:
    return any(row.bias for row in board.rows)


def _learning_chart(board: Board, runs: Sequence[RunRecord]) -> "Figure":
    from analysis.figures.curves import curve_chart

    return curve_chart(board_curves(board, runs, BOUND))


def _cost_chart(board: Board, runs: Sequence[RunRecord]) -> "Figure":
    from analysis.figures.spending import frontier_chart

    return frontier_chart(cost_frontier(board))


def _bias_chart(board: Board, runs: Sequence[RunRecord]) -> "Figure":
    from analysis.figures.boards import bias_chart

    return bias_chart(board)


def _variance_chart(board: Board, runs: Sequence[RunRecord]) -> "Figure":
    from analysis.figures.curves import curve_chart

    return curve_chart(board_curves(board, runs, VARIANCE), "variance of the gradient", log=True)


def _learning_values(board: Board, runs: Sequence[RunRecord]) -> ValueTable:
    return band_table(board_curves(board, runs, BOUND))


def _cost_values(board: Board, runs: Sequence[RunRecord]) -> ValueTable:
    pareto = cost_frontier(board)
    rows = [
        [one.label, f"{one.cost:,.4g}", interval_text(one.value), "yes" if one.frontier else "no"]
        for one in pareto.points
    ]
    return ValueTable(["estimator", pareto.cost_unit, pareto.unit, "nothing beats it"], rows)


def _bias_values(board: Board, runs: Sequence[RunRecord]) -> ValueTable:
    rows = [
        [row.label, bias_text(row.bias), interval_text(row.variance_ratio)]
        for row in board.rows
        if row.bias and row.variance_ratio
    ]
    return ValueTable(["estimator", "relative bias", "variance ratio"], rows)


def _variance_values(board: Board, runs: Sequence[RunRecord]) -> ValueTable:
    return band_table(board_curves(board, runs, VARIANCE), log=True)


CHARTS = {
    "curves": BoardChart(
        "Learning curves", (BOUND,), _has_ranks, _learning_chart, _learning_values
    ),
    "frontier": BoardChart(
        "What is reached for what is spent", (), _has_ranks, _cost_chart, _cost_values
    ),
    "bias": BoardChart("Variance against bias", (), _has_bias, _bias_chart, _bias_values),
    "variance": BoardChart(
        "Variance along training", (VARIANCE,), _has_bias, _variance_chart, _variance_values
    ),
}
