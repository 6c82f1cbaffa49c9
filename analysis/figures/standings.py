"""Standings as a picture: mean ranks with intervals, the critical difference, and who is tied."""

from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.boards import error_arms
from analysis.figures.style import COLOURS, LOOK, line_looks, new_figure, percent_ticks
from analysis.ledger.standing_profiles import StandingProfile, StandingProfiles
from analysis.ledger.standings import EstimatorStanding, Standings
from analysis.records.phrases import interval_text

# more of them hide each other; their figures say all
MOST_PROFILES = 8


def standings_chart(standings: Standings) -> Figure:
    """Mean ranks over benchmarks, best at the top; a bar joins what ranks do not tell apart
    (Demsar 2006)."""
    rows = [row for row in standings.estimators if row.mean_rank]
    with matplotlib.rc_context(LOOK):  # type: ignore[arg-type]
        picture = new_figure(7.2, 1.6 + 0.24 * max(len(rows), 1))
        axes = picture.add_subplot()
        for height, row in enumerate(rows):
            _draw_rank(axes, height, row)
        _draw_groups(axes, standings, [row.label for row in rows], len(rows) + 1.0)
        axes.set_yticks(range(len(rows)), [row.label for row in rows])
        axes.set_ylim(len(rows) - 0.4, -1.8)
        axes.set_xlim(0.5, len(rows) + 1.4 + 0.35 * len(standings.groups))
        axes.set_xlabel(f"mean rank over {len(standings.benchmarks)} benchmarks (95% interval)")
        if (gap := standings.critical_difference) is not None:
            end = min(1 + gap, len(rows) + 1.0)
            axes.plot([1, end], [-1, -1], color="#D55E00", linewidth=3, solid_capstyle="butt")
            axes.text(1, -1.25, f"critical difference {gap:.1f}", va="bottom", color="#D55E00")
    return picture


def _draw_rank(axes: Axes, height: int, row: EstimatorStanding) -> None:
    assert row.mean_rank is not None
    axes.errorbar(
        row.mean_rank.mean,
        height,
        xerr=error_arms(row.mean_rank),
        fmt="o",
        color="#000000",
        markersize=4,
        capsize=2,
        elinewidth=0.8,
    )


def _draw_groups(axes: Axes, standings: Standings, labels: list[str], start: float) -> None:
    """Each at a place of its own, right of all ranks."""
    for number, group in enumerate(standings.groups):
        ends = [labels.index(group[0]) - 0.3, labels.index(group[-1]) + 0.3]
        colour = COLOURS[number % len(COLOURS)]
        axes.plot([start + 0.35 * number] * 2, ends, color=colour, linewidth=3)


def standing_profile_chart(profiles: StandingProfiles) -> Figure:
    """The share of problems on which an estimator needs at most tau times the least spend, with
    pointwise 95% bands over seeds: the best of those that most benchmarks rank."""
    most = max((len(one.ran_on) for one in profiles.profiles), default=0)
    some = [one for one in profiles.profiles if len(one.ran_on) == most][:MOST_PROFILES]
    with matplotlib.rc_context(LOOK):  # type: ignore[arg-type]
        picture = new_figure(7.6, 4.0)
        axes = picture.add_subplot()
        for one, look in zip(some, line_looks(one.label for one in some).values(), strict=True):
            _draw_profile(axes, profiles.taus, one, look)
        axes.set_xscale("log")
        axes.set_xticks([1, 1.5, 2, 3, 4], ["1", "1.5", "2", "3", "4"])
        axes.set_xticks([], minor=True)
        axes.set_ylim(-0.02, 1.02)
        axes.yaxis.set_major_formatter(percent_ticks())
        axes.set_xlabel(f"tau: {profiles.spend} until a target, over the least of all entries")
        axes.set_ylabel(f"share of seeds and targets of {most} benchmarks")
        if some:
            picture.legend(loc="outside right center", title="score", fontsize=7)
    return picture


def _draw_profile(
    axes: Axes, taus: list[float], profile: StandingProfile, look: dict[str, Any]
) -> None:
    shares = [share.mean for share in profile.shares]
    label = f"{profile.label} ({interval_text(profile.score)})"
    axes.plot(taus, shares, label=label, markersize=3, markevery=4, linewidth=1, **look)
    low, high = ([getattr(share, end) for share in profile.shares] for end in ("low", "high"))
    if None not in low:
        axes.fill_between(taus, low, high, color=look["color"], alpha=0.12, linewidth=0)
