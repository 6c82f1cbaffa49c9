"""One estimator against all others as a picture: a tile for each benchmark, by what it says."""

from collections.abc import Iterator, Sequence
from textwrap import fill
from typing import Any, NamedTuple

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.figures.style import LOOK, new_figure
from analysis.ledger.rival_counts import (
    benchmark_rivals,
    biased_labels,
    labels_by_age,
    median_cost,
    paper_year,
)
from analysis.ledger.rivals import Contest, Outcome, Rival

# in points, narrow enough for a telephone
NAMES, TILE, COSTS, LINE, HEAD = 138.0, 38.0, 34.0, 17.0, 74.0
# ground and ink of a tile, alike in the light and in the dark, and told apart in grey
TILES = {
    Outcome.BETTER: ("#0b63a5", "#fefefe"),
    Outcome.WORSE: ("#f3b562", "#1c1c1c"),
    Outcome.OPEN: ("none", "#666666"),
}


class Line(NamedTuple):
    """Of the picture: an estimator, or the heading of an age."""

    top: float
    heading: str = ""
    label: str = ""


def rival_chart(contests: Sequence[Contest]) -> Figure:
    """Of one axis: estimators by age, benchmarks across.  A tile has the median of the estimator's
    bound less the reference's in nats, and the seeds on which the estimator is lower."""
    lines = list(picture_lines(contests))
    width, height = NAMES + TILE * len(contests) + COSTS, lines[-1].top + LINE + 4
    with matplotlib.rc_context(LOOK):  # type: ignore[arg-type]
        picture = new_figure(width / 72, height / 72)
        axes = picture.add_subplot()
        axes.set(xlim=(0, width), ylim=(height, 0))
        axes.axis("off")
        _draw_legend(axes, contests[0].reference)
        _draw_columns(axes, contests)
        biased = biased_labels(contests)
        for line in lines:
            _draw_line(axes, line, contests, line.label + "†" * (line.label in biased))
    return picture


def picture_lines(contests: Sequence[Contest]) -> Iterator[Line]:
    """From the top: a heading for every age, and its estimators by year."""
    top = HEAD
    for age, labels in labels_by_age(contests).items():
        yield Line(top, heading=age)
        for label in labels:
            top += LINE
            yield Line(top, label=label)
        top += LINE + 4


def _draw_legend(axes: Axes, reference: str) -> None:
    left = 4.0
    words = (f"better than {reference}", f"worse than {reference}", "not told apart")
    for outcome, text in zip(TILES, words, strict=True):
        _draw_tile(axes, (left, 4), (12, 12), outcome)
        axes.text(left + 16, 10, text, va="center", fontsize=8)
        left += 28 + 4.6 * len(text)


def _draw_columns(axes: Axes, contests: Sequence[Contest]) -> None:
    names = [one.benchmark.split("@")[0].removeprefix("digits-") for one in contests]
    titles = [fill(name.replace("-", " "), 12) for name in names]
    if any(one.costs for one in contests):
        titles.append("cost of\na step")
    for column, title in enumerate(titles):
        axes.text(
            NAMES + TILE * (column + 0.35), HEAD + 12, title, rotation=45, ha="left", va="bottom",
            fontsize=8, rotation_mode="anchor", linespacing=0.95,
        )  # fmt: skip


def _draw_line(axes: Axes, line: Line, contests: Sequence[Contest], name: str) -> None:
    middle = line.top + LINE / 2
    if line.heading:
        axes.text(4, middle, line.heading, va="center", fontsize=8, weight="bold")
        return
    axes.text(4, middle, f"{paper_year(line.label)}", va="center", fontsize=7, color="#666666")
    axes.text(NAMES - 4, middle, name, va="center", ha="right", fontsize=8)
    for column, rival in enumerate(benchmark_rivals(contests, line.label)):
        if rival:
            _draw_rival(axes, NAMES + TILE * column, line.top, rival)
    if cost := median_cost(contests, line.label):
        left = NAMES + TILE * len(contests) + COSTS - 6
        axes.text(left, middle, f"×{cost:.2g}", va="center", ha="right", fontsize=7)


def _draw_rival(axes: Axes, left: float, top: float, rival: Rival) -> None:
    _draw_tile(axes, (left + 1, top + 1), (TILE - 2, LINE - 2), rival.outcome)
    look: dict[str, Any] = {"va": "center", "ha": "right", "color": TILES[rival.outcome][1]}
    axes.text(left + 25, top + LINE / 2, tile_text(rival), fontsize=7, **look)
    axes.text(left + TILE - 3, top + LINE / 2, f"{rival.gap.wins}", fontsize=5.5, **look)


def _draw_tile(
    axes: Axes, corner: tuple[float, float], size: tuple[float, float], outcome: Outcome
) -> None:
    ground = TILES[outcome][0]
    edge = "#b0b0b0" if ground == "none" else ground
    axes.add_patch(Rectangle(corner, *size, facecolor=ground, edgecolor=edge, linewidth=0.5))


def tile_text(rival: Rival) -> str:
    """The median gap; "start" where a budget ends before the estimator is read again."""
    if rival.is_at_start:
        return "start"
    gap = rival.gap.median
    return "lost" if gap is None else f"{gap:+z.2f}".replace("-", "−")
