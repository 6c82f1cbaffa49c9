"""One look for all pictures, and files that are the same every time."""

import io
import re
from collections.abc import Iterable
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D1F")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<")
DASHES = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (5, 1.5, 1, 1.5)))
LOOK = {
    "font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True,
    "grid.alpha": 0.3, "grid.linewidth": 0.6, "legend.frameon": False, "svg.hashsalt": "gradarena",
    "svg.fonttype": "path", "path.simplify": False, "figure.dpi": 100, "savefig.dpi": 160,
}  # fmt: skip
# ink, by its name in the light, in the dark; where no style is read, the light one stands
DARK_INK = {
    "#000000": "#e3e8ee",
    "#222222": "#e3e8ee",
    "#666666": "#9aa6b2",
    "#888888": "#9aa6b2",
    "#b0b0b0": "#5c6670",
    "#0072b2": "#4c9fe0",
}
DARK = (
    "<style>@media (prefers-color-scheme:dark){svg{background:#14181d;fill:#e3e8ee}"
    + "".join(
        f'[style*="{part}: {light}"]{{{part}:{dark}!important}}'
        for light, dark in DARK_INK.items()
        for part in ("fill", "stroke")
    )
    + "}</style>"
)


def line_looks(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Colour, marker and dashes of each name, in their order: 32 that differ."""
    return {
        name: {
            "color": COLOURS[i % 8],
            "marker": MARKERS[(i + i // 8) % 8],
            "linestyle": DASHES[(i + i // 8) % 4],
        }
        for i, name in enumerate(names)
    }


def new_figure(width: float, height: float) -> Figure:
    """In inches.  Its axes are to be made within ``matplotlib.rc_context(LOOK)``."""
    return Figure(figsize=(width, height), layout="constrained")


def log_axis(axes: Axes) -> None:
    """A logarithmic vertical axis, marked at 1, 2, 5, 10."""
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_locator(NullLocator())


def count_axis(axes: Axes) -> None:
    """A horizontal axis of counts, which may be hundreds of thousands: few marks, that no two of
    them meet."""
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.12g}"))


def percent_ticks() -> FuncFormatter:
    """Shares as percentages, with as many digits as each tick has."""
    return FuncFormatter(lambda share, _: f"{100 * share:.6g}%")


def svg_bytes(picture: Figure) -> bytes:
    """A picture without ground, whose ink is light where its reader wants the dark."""
    about = {"Date": None, "Creator": None}
    text = _figure_bytes(picture, "svg", metadata=about, transparent=True).decode()
    return re.sub(r"(<svg [^>]*>)", lambda head: head[0] + DARK, text, count=1).encode()


def png_bytes(picture: Figure) -> bytes:
    return _figure_bytes(picture, "png", metadata={"Software": None})


def _figure_bytes(picture: Figure, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    with matplotlib.rc_context(LOOK):  # type: ignore[arg-type]
        picture.savefig(out, format=format, **options)
    return out.getvalue()
