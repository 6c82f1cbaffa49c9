"""The demo's pictures, drawn from what came over HTTP: learning curves, ranks, variance against
bias."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.boards.shapes import Board
from analysis.figures.boards import rank_sets, variance_against_bias
from analysis.figures.curves import Curve, learning_curves
from analysis.figures.style import png, svg

Json = dict[str, Any]


def draw(
    folder: Path, board: Board, series: Mapping[str, Sequence[Json]], name: str
) -> Iterator[Path]:
    """The paths of the pictures, as SVG and PNG.  ``series``: runs by label, with the series
    ``name``."""
    pictures = {
        "curves": learning_curves(curves(board, series, name), f"{name}, nats per example"),
        "ranks": rank_sets(board),
        "bias": variance_against_bias(board),
    }
    for title, picture in pictures.items():
        for form, written in (("svg", svg(picture)), ("png", png(picture))):
            path = folder / f"{title}.{form}"
            path.write_bytes(written)
            yield path


def curves(board: Board, series: Mapping[str, Sequence[Json]], name: str) -> dict[str, list[Curve]]:
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
