"""The demo's pictures, drawn from what came over HTTP: learning curves, ranks, variance against
bias."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from analysis.boards.shapes import Board
from analysis.figures.boards import bias_chart, rank_chart
from analysis.figures.curves import curve_chart
from analysis.figures.style import png_bytes, svg_bytes
from analysis.statistics.bands import Curve
from service.client import Json


def draw_pictures(
    folder: Path, board: Board, series: Mapping[str, Sequence[Json]], name: str
) -> Iterator[Path]:
    """The paths of the pictures, as SVG and PNG.  ``series``: runs by label, with the series
    ``name``."""
    pictures = {
        "curves": curve_chart(demo_curves(board, series, name), f"{name}, nats per example"),
        "ranks": rank_chart(board),
        "bias": bias_chart(board),
    }
    for title, picture in pictures.items():
        for form, written in (("svg", svg_bytes(picture)), ("png", png_bytes(picture))):
            path = folder / f"{title}.{form}"
            path.write_bytes(written)
            yield path


def demo_curves(
    board: Board, series: Mapping[str, Sequence[Json]], name: str
) -> dict[str, list[Curve]]:
    """In the board's order, at the training setting that each row stands for."""
    return {
        row.label: [
            (
                run["series"][name]["steps"],
                [float(value) for value in run["series"][name]["values"]],
            )
            for run in series[row.label]
            if run["setting"] == row.setting
        ]
        for row in board.rows
        if row.label in series
    }
