"""Pictures of registered benchmarks: ranks, what a rate changes, and who arrives how soon."""

from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.boards import RankedLine, ranked_lines_chart
from analysis.figures.style import LOOK, line_looks, new_figure
from analysis.ledger.kinds import label_on
from analysis.ledger.profiles import ClaimProfile, ClaimProfiles
from analysis.ledger.sensitivity import RateCurve, Sensitivity
from analysis.ledger.shapes import ClaimBoard
from analysis.records.phrases import interval_text

# more of them hide each other; their figures say all
FEW_BANDS = 6


def claim_chart(board: ClaimBoard) -> Figure:
    """Left: each median with its 95% interval, none where seeds are lost.  Right: the ranks that
    the seeds leave open."""
    value = f"{board.unit} until {board.target or 0:g} is met"
    if board.query.axis != "reach":
        value = f"test bound, {board.unit}"
    lines = [
        RankedLine(label_on(row.label, row.device), row.median, row.ranks) for row in board.rows
    ]
    return ranked_lines_chart(lines, f"{value}\n(median, 95% interval of each alone)")


def sensitivity_chart(sensitivity: Sensitivity) -> Figure:
    """Validation bound against rate, a line an entry; the rate that was confirmed is large."""
    curves = sensitivity.curves
    with matplotlib.rc_context(LOOK):  # type: ignore[arg-type]
        picture = new_figure(7.6, 4.4)
        axes = picture.add_subplot()
        looks = line_looks(curve.entry_id for curve in curves)
        for curve in curves:
            _draw_rates(axes, curve, looks[curve.entry_id])
        axes.set_xscale("log")
        axes.set_xlabel("learning rate")
        axes.set_ylabel(f"{sensitivity.unit}\n(mean of tuning seeds)")
        _bound_view(axes, curves)
        _outer_legend(picture, len(curves), "large: confirmed")
    return picture


def _draw_rates(axes: Axes, curve: RateCurve, look: dict[str, Any]) -> None:
    points = [(p.learning_rate, p.mean) for p in curve.points if p.mean is not None]
    best = [point for point in points if point[0] == curve.chosen]
    label = label_on(curve.label, curve.device)
    axes.plot(*zip(*points, strict=True), label=label, markersize=3, linewidth=1, **look)
    if best:
        axes.plot(*best[0], markersize=8, **look)


def _bound_view(axes: Axes, curves: list[RateCurve]) -> None:
    """Up to where the worst of all best rates lies, and half as far again: what a rate ruins leaves
    the picture."""
    best = [min(p.mean for p in curve.points if p.mean is not None) for curve in curves]
    if best and max(best) > min(best):
        spread = max(best) - min(best)
        axes.set_ylim(min(best) - 0.1 * spread, max(best) + 0.5 * spread)


def arrival_chart(profiles: ClaimProfiles) -> Figure:
    """The share of seeds and targets that were met, against what was spent."""
    with matplotlib.rc_context(LOOK):  # type: ignore[arg-type]
        picture = new_figure(7.6, 4.4)
        axes = picture.add_subplot()
        looks = line_looks(one.entry_id for one in profiles.profiles)
        for one in profiles.profiles:
            _draw_arrivals(axes, one, profiles.budget, looks[one.entry_id])
            if len(looks) <= FEW_BANDS:
                _draw_band(axes, one, profiles.budget, looks[one.entry_id]["color"])
        axes.set_xscale("log")
        axes.set_ylim(0, 1.02)
        axes.set_xlabel(f"{profiles.unit} spent")
        axes.set_ylabel(f"share of seeds and {len(profiles.targets)} targets met")
        _outer_legend(picture, len(profiles.profiles), "score")
    return picture


def _draw_arrivals(
    axes: Axes, profile: ClaimProfile, budget: float | None, look: dict[str, Any]
) -> None:
    end = [(budget, profile.reached)] if budget else []
    points = [*profile.curve, *end]
    if points:
        label = f"{label_on(profile.label, profile.device)} ({interval_text(profile.score)})"
        axes.step(
            *zip(*points, strict=True), where="post", label=label, markersize=3, markevery=9, **look
        )


def _draw_band(
    axes: Axes, profile: ClaimProfile, budget: float | None, colour: str | tuple[float, ...]
) -> None:
    end = [(budget, *profile.band[-1][1:])] if budget and profile.band else []
    if points := [*profile.band, *end]:
        spent, low, high = zip(*points, strict=True)
        axes.fill_between(spent, low, high, step="post", color=colour, alpha=0.12, linewidth=0)


def _outer_legend(picture: Figure, count: int, title: str) -> None:
    if count:
        picture.legend(loc="outside right center", title=title, fontsize=7)
