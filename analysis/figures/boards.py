"""A board's rows: rank sets beside intervals, and variance against bias."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.boards.shapes import Board, Row
from analysis.figures.style import LOOK, line_looks, log_axis, new_figure, percent_ticks
from analysis.records.shapes import Interval

POINT: dict[str, Any] = {"markersize": 6, "capsize": 3, "elinewidth": 1}


class RankedLine(NamedTuple):
    """What is drawn of one row; ``value``: None where it has no size."""

    label: str
    value: Interval | None
    ranks: tuple[int, int] | None
    provisional: bool = False


def rank_chart(board: Board) -> Figure:
    """Left: each mean with its 95% interval.  Right: the ranks that the seeds leave open."""
    lines = [
        RankedLine(row.label, row.value, row.ranks, row.provisional)
        for row in board.rows
        if row.value
    ]
    return ranked_lines_chart(lines, _value_axis_label(board))


def ranked_lines_chart(rows: Sequence[RankedLine], value_label: str) -> Figure:
    """Sizes with their intervals beside places, the first row on top; ``value_label``: of the axis
    of sizes."""
    with matplotlib.rc_context(LOOK):  # type: ignore[arg-type]
        picture = new_figure(7.2, 1.1 + 0.32 * max(len(rows), 1))
        left, right = picture.subplots(1, 2, sharey=True, width_ratios=(3, 2))
        for height, row in enumerate(rows):
            _draw_mean(left, height, row)
            _draw_ranks(right, height, row)
        left.set_yticks(range(len(rows)), [row.label for row in rows])
        left.set_ylim(len(rows) - 0.4, -0.6)
        left.set_xlabel(value_label)
        some = any(row.provisional for row in rows)
        right.set_xlabel(
            "rank, 95% sure of all at once" + ("\n(hatched: provisional)" if some else "")
        )
        right.set_xlim(0.5, max(len(rows), 1) + 0.5)
        right.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        right.tick_params(axis="y", length=0)
    return picture


def _value_axis_label(board: Board) -> str:
    query = board.query
    target = "the target" if query.target is None else f"{query.target:.4g}"
    name = f"spent until {target}" if query.axis == "reach" else query.metric
    return f"{name}, {board.unit}\n(mean, 95% interval of each alone)"


def _draw_mean(axes: Axes, height: int, row: RankedLine) -> None:
    colour = "#000000" if row.ranks else "#888888"
    if row.value is None:
        across = axes.get_yaxis_transform()
        axes.text(
            0.02, height, "lost", va="center", color="#666666", style="italic", transform=across
        )
    else:
        axes.errorbar(
            row.value.mean,
            height,
            xerr=error_arms(row.value),
            fmt="o",
            color=colour,
            markersize=4,
            capsize=3,
        )


def _draw_ranks(axes: Axes, height: int, row: RankedLine) -> None:
    if row.ranks is None:
        axes.text(0.7, height, "not ranked", va="center", color="#666666", style="italic")
        return
    low, high = row.ranks
    hatch = "///" if row.provisional else ""
    axes.barh(
        height,
        high - low + 0.7,
        left=low - 0.35,
        height=0.5,
        color="#56B4E9",
        edgecolor="#0072B2",
        hatch=hatch,
    )


def error_arms(value: Interval, least: float = float("-inf")) -> list[list[float]] | None:
    """Of an error bar: never below ``least``, which an axis may not show."""
    if value.low is None or value.high is None:
        return None
    middle = max(value.mean, least)
    return [[middle - max(value.low, least)], [max(value.high, least) - middle]]


def bias_chart(board: Board) -> Figure:
    """Of the gradient: an estimator wants to be low and at the left.  Bias below zero is drawn at
    zero."""
    rows = [row for row in board.rows if row.bias and row.variance_ratio]
    with matplotlib.rc_context(LOOK):  # type: ignore[arg-type]
        picture = new_figure(7.2, 4.2)
        axes = picture.add_subplot()
        for (label, look), row in zip(
            line_looks(row.label for row in rows).items(), rows, strict=False
        ):
            _draw_point(axes, row, label, look)
        axes.axhline(1, color="#888888", linewidth=0.8, linestyle=":")
        log_axis(axes)
        axes.xaxis.set_major_formatter(percent_ticks())
        axes.set_xlabel("relative bias of the gradient (95% interval)")
        axes.set_ylabel(
            "variance of the gradient, ratio to two-draw\nleave-one-out (geometric mean, 95% "
            "interval)"
        )
        if rows:
            picture.legend(loc="outside right center")
    return picture


def _draw_point(axes: Axes, row: Row, label: str, look: dict[str, Any]) -> None:
    if row.bias and row.variance_ratio:
        axes.errorbar(
            max(row.bias.mean, 0),
            row.variance_ratio.mean,
            error_arms(row.variance_ratio),
            error_arms(row.bias, 0),
            fmt=look["marker"],
            color=look["color"],
            label=label,
            **POINT,
        )
