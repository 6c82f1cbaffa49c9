"""A row of a paper's table: training costs along steps, and the test bounds, published and ours."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.boards import POINT
from analysis.figures.style import LOOK, count_axis, line_looks, new_figure
from analysis.figures.trajectories import gradient_chart
from analysis.papers.pictures import report_pictures
from analysis.papers.shapes import CellResult, Curve, SuiteReport

CUT = 0.1  # of the steps at the left, whose costs may lie above the picture
WIDEST = 3.0  # of the range of bounds, that the costs above them may take


class Chart(NamedTuple):
    name: str  # for a file
    title: str
    picture: Callable[[], Figure]


def paper_charts(report: SuiteReport) -> Iterator[Chart]:
    """All that the report shows along steps."""
    for one in report_pictures(report):
        curves = partial(cost_chart, one.cells, report.comparable)
        gradients = partial(gradient_chart, one.points)
        yield Chart(one.name, one.title, gradients if one.points else curves)


def cost_chart(entries: Sequence[CellResult], comparable: bool) -> Figure:
    """Every column at the rate chosen on validation: mean and range over its seeds.

    ``comparable``: whether the published bounds belong to the same data and nets, and are shown.
    """
    styles = line_looks(entry.column for entry in entries)
    with matplotlib.rc_context(LOOK):  # type: ignore[arg-type]
        picture = new_figure(7.2, 4.2)
        left, right = picture.subplots(1, 2, sharey=True, width_ratios=(4, 1))
        for column, entry in enumerate(entries):
            _draw_curve(left, entry, styles[entry.column])
            _draw_bounds(right, column, entry, styles[entry.column], comparable)
        low, high = _cost_range(entries, comparable)
        left.set_ylim(low, high)
        _label_axes(left, right, entries, comparable)
        if left.lines:
            handles, labels = left.get_legend_handles_labels()
            picture.legend(
                handles, labels, loc="outside right center", title="rate chosen\non validation"
            )
    return picture


def _draw_curve(axes: Axes, entry: CellResult, look: dict[str, Any]) -> None:
    if not (entry.curve and entry.measured and entry.measured.ours):
        return
    steps, mean, low, high = _plotted_lines(entry.curve)
    axes.fill_between(steps, low, high, color=look["color"], alpha=0.15, linewidth=0)
    every = max(1, len(steps) // 8)
    label = f"{entry.column}, {entry.measured.ours.learning_rate:g}"
    axes.plot(steps, mean, label=label, markersize=4, markevery=every, linewidth=1.4, **look)


def _plotted_lines(curve: Curve) -> tuple[list[int], list[float], list[float], list[float]]:
    """A gap where a value is no number."""
    mean, low, high = (
        [float("nan") if value is None else value for value in values]
        for values in (curve.mean, curve.low, curve.high)
    )
    return curve.steps, mean, low, high


def _draw_bounds(
    axes: Axes, column: int, entry: CellResult, look: dict[str, Any], comparable: bool
) -> None:
    ours = entry.measured.ours if entry.measured else None
    if comparable:
        axes.plot(
            column,
            entry.published,
            marker="_",
            markersize=13,
            markeredgewidth=2,
            color=look["color"],
        )
    if ours:
        axes.errorbar(
            column,
            ours.bound.mean,
            ours.bound.half_width,
            fmt=look["marker"],
            color=look["color"],
            **POINT,
        )


def _cost_range(entries: Sequence[CellResult], comparable: bool) -> tuple[float, float]:
    """From the least that is shown to where costs are after a tenth of the steps, but never so far
    that the bounds could not be told apart."""
    bounds = [
        entry.measured.ours.bound.mean
        for entry in entries
        if entry.measured and entry.measured.ours
    ]
    bounds += [entry.published for entry in entries] if comparable else []
    late = [value for entry in entries if entry.curve for value in _late_costs(entry.curve)]
    low, high = min([*bounds, *late], default=0.0), max(bounds, default=1.0)
    margin = 0.05 * (high - low) + 0.5
    top = min(max([*late, high]), high + WIDEST * (high - low + 2))
    return low - margin, top + margin


def _late_costs(curve: Curve) -> list[float]:
    since = CUT * curve.steps[-1]
    return [
        value
        for step, value in zip(curve.steps, curve.mean, strict=True)
        if step >= since and value is not None
    ]


def _label_axes(left: Axes, right: Axes, entries: Sequence[CellResult], comparable: bool) -> None:
    left.set_xlabel("steps")
    left.set_ylabel("training cost, nats per example\n(mean and range over seeds)")
    count_axis(left)
    right.set_xlim(-0.7, len(entries) - 0.3)
    right.set_xticks(
        range(len(entries)), [entry.column for entry in entries], rotation=90, fontsize=7
    )
    right.tick_params(axis="y", length=0)
    bars = "\nbars: published" if comparable else ""
    right.set_title(f"test bound, 95%{bars}", fontsize=8)
