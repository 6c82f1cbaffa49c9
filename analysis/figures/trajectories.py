"""Gradients of a row's estimators along one trajectory: variance, and bias."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.boards import POINT
from analysis.figures.style import LOOK, line_looks, new_figure, percent_ticks
from analysis.papers.shapes import Point
from estimators.specs.findings import Quantity

APART = 0.6  # of the way between two points, over which estimators stand beside each other


def gradient_chart(points: Sequence[Point]) -> Figure:
    """Points of one row, in the order of steps; what drowns in noise leaves a gap."""
    names = list(dict.fromkeys(name for point in points for name in point.found))
    with matplotlib.rc_context(LOOK):  # type: ignore[arg-type]
        picture = new_figure(7.2, 5.0)
        upper, lower = picture.subplots(2, 1, sharex=True)
        for column, (name, look) in enumerate(line_looks(names).items()):
            shift = APART * (column / max(1, len(names) - 1) - 0.5)
            quantities = [
                (at, point.found[name]) for at, point in enumerate(points) if name in point.found
            ]
            _draw_quantities(
                upper, {at + shift: one.log_ratio for at, one in quantities}, name, look
            )
            _draw_quantities(lower, {at + shift: one.bias for at, one in quantities}, name, look)
        _label_axes(upper, lower, points)
        if names:
            picture.legend(
                *upper.get_legend_handles_labels(),
                loc="outside right center",
                title="95% intervals",
            )
    return picture


def _draw_quantities(
    axes: Axes, quantities: Mapping[float, Quantity], name: str, look: dict[str, Any]
) -> None:
    """Estimates by place."""
    points = [
        (position, one.value, one) for position, one in quantities.items() if one.value is not None
    ]
    below = [value - (value if one.low is None else one.low) for _, value, one in points]
    above = [(value if one.high is None else one.high) - value for _, value, one in points]
    at, values = [position for position, _, _ in points], [value for _, value, _ in points]
    axes.errorbar(
        at, values, (below, above), fmt=look["marker"], color=look["color"], label=name, **POINT
    )


def _label_axes(upper: Axes, lower: Axes, points: Sequence[Point]) -> None:
    for axes in (upper, lower):
        axes.axhline(0, color="#888888", linewidth=0.8, linestyle=":")
    upper.set_ylabel("log variance of the encoder, less\nthat of two-draw leave-one-out")
    lower.set_ylabel("relative bias\n(root of its square, signed)")
    lower.yaxis.set_major_formatter(percent_ticks())
    lower.set_xticks(range(len(points)), [f"{point.at:,}" for point in points])
    trained = f" of {points[0].trained_by} at rate {points[0].learning_rate:g}" if points else ""
    lower.set_xlabel(f"steps{trained}")
