"""Writes the tables and pictures of docs/speed.md from benchmarks/results/.

python -m benchmarks.speed_page
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
from matplotlib.figure import Figure

from analysis.figures.style import COLOURS, LOOK, line_looks, new_figure, svg_bytes
from estimators.timing.turns import Comparison

ROOT = Path(__file__).parents[1]
PAGE, RESULTS = ROOT / "docs" / "speed.md", ROOT / "benchmarks" / "results"
BLOCK = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.S)
HEAD = ["side", "ms a run", "range", "ratio", "wanted", "met"]
HEAVY = ("rodeo", "rebar", "relax")


class Aim(NamedTuple):
    """What a ratio of these sides ought to be, where ``about`` holds these values."""

    side: str
    about: dict[str, tuple[Any, ...]]
    limit: float
    at_least: bool = False

    def fits(self, side: str, about: dict[str, Any]) -> bool:
        wanted = all(about.get(name) in values for name, values in self.about.items())
        return wanted and side.startswith(self.side)

    def is_met(self, ratio: float) -> bool:
        return ratio >= self.limit if self.at_least else ratio <= self.limit

    def __str__(self) -> str:
        return f"{'at least' if self.at_least else 'at most'} {self.limit:.3g}"


# By kind; the first that fits.
AIMS: dict[str, list[Aim]] = {
    "floor": [
        Aim("step", {"estimator": HEAVY}, 2.0),
        Aim("step", {"batch": (100,)}, 1.7),
        Aim("step", {"batch": (24,)}, 2.0),
    ],
    "fused": [
        Aim("fused", {"net": ("demo's",)}, 2.5),
        Aim("fused", {"batch": (100,)}, 1.45),
        Aim("fused", {"batch": (24,)}, 1.8),
    ],
    "snapshots": [
        Aim("measurement", {"estimator": ("reinforce_loo", "gumbel_softmax")}, 0.6),
        Aim("measurement", {"estimator": ("muprop",)}, 0.4),
        Aim("measurement", {}, 1.0),
    ],
    "evaluation": [
        # A quarter of what both take.
        Aim("evaluation", {}, 1 / 3),
    ],
    "peers": [
        Aim("JAX", {"batch": (100,)}, 1.2, at_least=True),
        Aim("JAX", {}, 1.0, at_least=True),
        Aim("Pyro", {}, 4.0, at_least=True),
        Aim("Storchastic", {}, 2.5, at_least=True),
    ],
}


def load_results(kind: str) -> tuple[list[Comparison], dict[str, Any]]:
    """Comparisons, and the environment of their process."""
    written = json.loads((RESULTS / f"{kind}.json").read_text())
    some = [Comparison(one["about"], one["seconds"]) for one in written["results"]]
    return some, written["environment"]


def side_rows(kind: str, comparison: Comparison) -> Iterator[list[str]]:
    """Of a table: what was compared, then ``HEAD``."""
    for side, rounds in comparison.seconds.items():
        low, middle, high = (1e3 * s for s in (min(rounds), comparison.medians[side], max(rounds)))
        ratio = comparison.ratios[side]
        aim = next((a for a in AIMS.get(kind, []) if a.fits(side, comparison.about)), None)
        yield [
            *map(str, comparison.about.values()),
            side,
            f"{middle:,.2f}",
            f"{low:,.2f} to {high:,.2f}",
            f"{ratio:.2f}",
            str(aim or ""),
            "" if aim is None else "yes" if aim.is_met(ratio) else "**no**",
        ]


def kind_block(kind: str) -> str:
    """Environment, how much is met, and the table."""
    comparisons, made = load_results(kind)
    rows = [row for one in comparisons for row in side_rows(kind, one)]
    head = [*comparisons[0].about, *HEAD]
    aims = [row[-1] for row in rows if row[-1]]
    versions = {"torch": made["torch"], **made.get("peers", {})}
    lines = [
        f"Measured on {made['device_class']}, threads {made['threads']}, "
        + ", ".join(f"{name} {number}" for name, number in versions.items())
        + f", code {made['code']}, {len(next(iter(comparisons[0].seconds.values())))} rounds."
        + (f"  Met: {aims.count('yes')} of {len(aims)}." if aims else ""),
        "",
        *("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]),
    ]
    return "\n".join(lines) + "\n"


def speed_page() -> str:
    """The page with its blocks written anew."""
    return BLOCK.sub(lambda m: m[1] + "\n" + kind_block(m[2]) + "\n" + m[3], PAGE.read_text())


def floor_chart() -> Figure:
    """A step's products and the rest of it, by estimator and minibatch."""
    comparisons, _ = load_results("floor")
    batches = sorted({one.about["batch"] for one in comparisons})
    with matplotlib.rc_context(LOOK):
        figure = new_figure(7.5, 3.2)
        for axes, batch in zip(figure.subplots(1, len(batches), sharey=True), batches, strict=True):
            some = [one for one in comparisons if one.about["batch"] == batch][::-1]
            names = [one.about["estimator"] for one in some]
            parts = [[1e3 * one.medians[side] for one in some] for side in ("step", "products")]
            axes.barh(names, parts[0], color=COLOURS[5], label="step")
            axes.barh(names, parts[1], color=COLOURS[0], label="its products")
            axes.set(xlabel=f"ms a run, batch {batch}")
            axes.grid(axis="y", visible=False)
        axes.legend(loc="lower right")
    return figure


def growth_chart() -> Figure:
    """What a step costs a run as one size grows."""
    comparisons, _ = load_results("growth")
    looks = line_looks(one.about["grows"] for one in comparisons)
    with matplotlib.rc_context(LOOK):
        figure = new_figure(9, 2.4)
        panels = figure.subplots(1, len(comparisons), sharey=True)
        for axes, one in zip(panels, comparisons, strict=True):
            axis = one.about["grows"]
            axes.plot([int(n) for n in one.medians], [1e3 * s for s in one.medians.values()])
            axes.lines[0].set(**looks[axis])
            axes.set(xlabel=axis, xscale="log", yscale="log")
            axes.set_xticks([int(n) for n in one.medians], list(one.medians), minor=False)
            axes.minorticks_off()
        panels[0].set_ylabel("ms a run")
        panels[0].set_yticks([2, 5, 10, 20, 40], ["2", "5", "10", "20", "40"])
    return figure


def main() -> None:
    PAGE.write_text(speed_page())
    for name, chart in (("floor", floor_chart), ("growth", growth_chart)):
        (PAGE.parent / f"speed-{name}.svg").write_bytes(svg_bytes(chart()))


if __name__ == "__main__":
    main()
