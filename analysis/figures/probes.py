"""What a probe has measured: variance and bias of its estimators, side by side."""

import math
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from analysis.figures.boards import POINT, error_arms
from analysis.figures.style import COLOURS, LOOK, new_figure, percent_ticks
from analysis.records.probes import ProbeRow
from analysis.records.shapes import Interval

DECADES = 2.0  # beyond which an axis is marked at powers of ten alone


def probe_chart(rows: Sequence[ProbeRow]) -> Figure:
    """Left: the encoder's variance, ratio to two-draw leave-one-out.  Right: its relative bias.
    What drowns in noise leaves a gap."""
    with matplotlib.rc_context(LOOK):  # type: ignore[arg-type]
        picture = new_figure(7.2, 1.2 + 0.3 * max(len(rows), 1))
        left, right = picture.subplots(1, 2, sharey=True)
        _draw_intervals(left, [row.ratio for row in rows], COLOURS[0])
        _draw_intervals(right, [row.bias for row in rows], COLOURS[1])
        left.set_yticks(range(len(rows)), [row.label for row in rows])
        left.set_ylim(len(rows) - 0.4, -0.6)
        _ratio_axis(left, [row.ratio.mean for row in rows if row.ratio])
        left.axvline(1, color="#888888", linewidth=0.8, linestyle=":")
        right.axvline(0, color="#888888", linewidth=0.8, linestyle=":")
        left.set_xlabel("variance of the encoder's gradient,\nratio to two-draw leave-one-out")
        right.set_xlabel("relative bias of the encoder's gradient\n(95% intervals)")
        right.xaxis.set_major_formatter(percent_ticks())
        right.tick_params(axis="y", length=0)
    return picture


def _draw_intervals(axes: Axes, values: Sequence[Interval | None], colour: str) -> None:
    for height, value in enumerate(values):
        if value:
            arms = error_arms(value)
            axes.errorbar(value.mean, height, xerr=arms, fmt="o", color=colour, **POINT)


def _ratio_axis(axes: Axes, ratios: Sequence[float]) -> None:
    """Logarithmic; marked at 1, 2, 5, 10 where there is room for it."""
    span = math.log10(max(ratios, default=1.0) / min(ratios, default=1.0))
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1,) if span > DECADES else (1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
