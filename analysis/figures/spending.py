"""What results cost: bounds against spending, and performance profiles."""

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.comparisons.pareto import Pareto
from analysis.comparisons.profiles import WIDEST, Profile, Profiles
from analysis.figures.boards import POINT, error_arms
from analysis.figures.style import LOOK, line_looks, new_figure, percent_ticks


def frontier_chart(pareto: Pareto) -> Figure:
    """Bounds against cost; the line joins what nothing beats on both.  Looks go in the order of a
    board."""
    with matplotlib.rc_context(LOOK):  # type: ignore[arg-type]
        picture = new_figure(7.2, 4.2)
        axes = picture.add_subplot()
        best = [point for point in pareto.points if point.frontier]
        axes.step(
            [p.cost for p in best],
            [p.value.mean for p in best],
            where="post",
            color="#888888",
            linewidth=1,
            zorder=1,
        )
        styles = line_looks(p.cell_id for p in sorted(pareto.points, key=lambda p: p.value.mean))
        for point in pareto.points:
            look = styles[point.cell_id]
            shape = {"fmt": look["marker"], "color": look["color"]} | POINT
            axes.errorbar(
                point.cost, point.value.mean, error_arms(point.value), label=point.label, **shape
            )
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
        axes.set_xlabel(f"{pareto.cost_unit}, until the budget")
        axes.set_ylabel(f"{pareto.unit} (mean, 95% interval)")
        if pareto.points:
            picture.legend(
                loc="outside right center", title="line: nothing is both\ncheaper and lower"
            )
    return picture


def profile_chart(profiles: Profiles) -> Figure:
    """The share of benchmarks on which an estimator needs at most tau times the best one's
    spend."""
    with matplotlib.rc_context(LOOK):  # type: ignore[arg-type]
        picture = new_figure(7.2, 3.6)
        axes = picture.add_subplot()
        for profile, look in zip(
            profiles.profiles,
            line_looks(p.estimator for p in profiles.profiles).values(),
            strict=False,
        ):
            taus, shares = _profile_steps(profile)
            axes.step(
                taus, shares, where="post", label=f"{profile.label} ({profile.score:.2f})", **look
            )
        axes.set_xscale("log")
        axes.set_xticks([1, 1.5, 2, 3, 4], ["1", "1.5", "2", "3", "4"])
        axes.set_xticks([], minor=True)
        axes.set_xlim(0.97, WIDEST)
        axes.set_ylim(-0.03, 1.03)
        axes.yaxis.set_major_formatter(percent_ticks())
        axes.set_xlabel(f"tau: {profiles.spend} until the target, over the best estimator's")
        axes.set_ylabel(f"share of {len(profiles.targets)} benchmarks")
        if profiles.profiles:
            picture.legend(loc="outside right center", title="score")
    return picture


def _profile_steps(profile: Profile) -> tuple[list[float], list[float]]:
    inside = [(tau, share) for tau, share in profile.curve if tau <= WIDEST]
    points = [(1.0, 0.0), *inside]
    return [tau for tau, _ in points] + [WIDEST], [share for _, share in points] + [points[-1][1]]
