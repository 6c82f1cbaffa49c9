"""A metric along training: the mean over seeds and its 95% interval, one line an estimator."""

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.style import LOOK, count_axis, line_looks, log_axis, new_figure
from analysis.statistics.bands import Curve, mean_bands
from analysis.statistics.student import Floats

CUT = 0.1  # of the range at the left, whose values may lie above the picture
# Fewer values after the cut show no differences worth it: such a curve is drawn whole.
FEWEST_LATE = 3


def curve_chart(
    curves: Mapping[str, Sequence[Curve]],
    y: str = "negative log-likelihood bound, nats per example",
    x: str = "steps",
    log: bool = False,
) -> Figure:
    """``curves``: the seeds of each estimator, by label, in the order of their looks (the board's,
    say).

    Seeds are compared where all of an estimator's seeds have a value; values that are not finite
    leave a gap. The vertical axis ends where the curves are after a tenth of the range, so that
    late differences show.  One seed alone has no legend, which would speak of means.
    """
    bands = mean_bands(curves, log)
    order = sorted(bands, key=lambda name: (_last_mean(bands[name][1]), name))
    with matplotlib.rc_context(LOOK):  # type: ignore[arg-type]
        picture = new_figure(7.2, 4.2)
        axes = picture.add_subplot()
        styles, columns = line_looks(bands), {name: at for at, name in enumerate(bands)}
        for name in order:
            look = styles[name]
            steps, mean, low, high = bands[name]
            axes.fill_between(steps, low, high, color=look["color"], alpha=0.15, linewidth=0)
            axes.plot(
                steps,
                mean,
                label=name,
                markersize=4,
                markevery=max(1, len(steps) // 8),
                linewidth=1.4,
                gid=f"curve-{columns[name]}",
                **look,
            )
        _label_axes(axes, x, y, log)
        if not log and bands:
            _cut_axis(axes, list(bands.values()))
        seeds = sum(len(of_one) for of_one in curves.values())
        if len(bands) > 1 or seeds > 1:
            picture.legend(
                loc="outside right center", title="mean and 95% interval\nover seeds, lowest first"
            )
    return picture


def shadow_chart(
    trained: str, runs: Sequence[Mapping[str, Curve]], figure: str = "variance"
) -> Figure:
    """A figure of gradients along one estimator's training: its own, under the name ``own``, and
    those of the estimators that were measured beside it.  ``runs``: the series of each seed, by
    name."""
    curves: dict[str, list[Curve]] = {}
    for series in runs:
        for name, curve in series.items():
            if name == f"gradient/{figure}":
                curves.setdefault(f"{trained}, which trains", []).append(curve)
            elif name.startswith("shadow/") and name.endswith(f"/{figure}"):
                curves.setdefault(name.split("/")[1], []).append(curve)
    return curve_chart(curves, f"{figure} of the gradient", log=figure == "variance")


def _last_mean(mean: Floats) -> float:
    return float(mean[-1]) if len(mean) and np.isfinite(mean[-1]) else float("inf")


def _label_axes(axes: Axes, x: str, y: str, log: bool) -> None:
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    count_axis(axes)
    if log:
        log_axis(axes)


def _cut_axis(axes: Axes, bands: list[tuple[Floats, Floats, Floats, Floats]]) -> None:
    late = [_late_values(steps, high) for steps, _, _, high in bands if len(steps)]
    early = [low for _, _, low, _ in bands]
    top = np.nanmax(np.concatenate(late)) if any(np.isfinite(part).any() for part in late) else None
    if top is not None:
        bottom = np.nanmin(np.concatenate(early))
        if top > bottom:
            margin = 0.05 * (top - bottom)
            axes.set_ylim(bottom - margin, top + margin)


def _late_values(steps: Floats, values: Floats) -> Floats:
    late = values[steps >= CUT * steps.max()]
    return late if len(late) >= FEWEST_LATE else values
