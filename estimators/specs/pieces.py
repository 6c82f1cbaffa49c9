"""What is kept of a suite: a JSON file for each piece of a cell that was trained.  Read without
torch.

A piece is ``spec``, the experiment; ``made``, where and with which code; and ``runs``: seed,
setting, reason, and series as [steps, values], null where a value is no number.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .experiment import Experiment
from .suites import TableCell
from .writing import write_whole

Piece = dict[str, Any]
# of a training curve: each the mean over a stretch of steps
CURVE_POINTS = 100
FREE: Any = {
    "training": {"steps", "learning_rate", "checkpoint_every"},
    "evaluation": {"every"},
    "measurement": True,
    "seeds": True,
}


def cell_protocol(spec: Experiment) -> dict[str, Any]:
    """An experiment less what is spent on it: pieces of one cell agree in the rest."""
    return spec.model_dump(mode="json", exclude=FREE)


class Folder:
    """The same cell may have been given other seeds, rates or steps before, and keeps them."""

    def __init__(self, path: Path):
        self.path = path

    def file(self, cell: TableCell, suffix: str = ".json") -> Path:
        assert cell.spec
        return self.path / f"{cell.id}.{cell.spec.digest[:8]}{suffix}"

    def pieces(self, cell: TableCell) -> list[Piece]:
        """All that was trained of the cell's experiment, whatever was spent on it."""
        if cell.spec is None:
            return []
        stored = [
            json.loads(path.read_text()) for path in sorted(self.path.glob(f"{cell.id}.*.json"))
        ]
        wanted = cell_protocol(cell.spec)
        return [
            piece
            for piece in stored
            if cell_protocol(Experiment.model_validate(piece["spec"])) == wanted
        ]

    def piece(self, cell: TableCell) -> Piece:
        """What was trained of just this spec.  Raises FileNotFoundError where it was not."""
        stored: Piece = json.loads(self.file(cell).read_text())
        return stored

    def has(self, cell: TableCell) -> bool:
        return self.file(cell).exists()

    def keep(self, cell: TableCell, piece: Piece) -> None:
        write_whole(self.file(cell), f"{json.dumps(piece)}\n".encode())

    @property
    def probes(self) -> Path:
        """Where points of trajectories are kept."""
        return self.path / "probes"


def stretch_means(
    steps: Sequence[int], values: Sequence[float], stretch: int
) -> tuple[list[int], list[float]]:
    """A long series as means over stretches of steps (1 to ``stretch``, and so on), each at its
    last step; steps ascend from 1."""
    parts: dict[int, list[tuple[int, float]]] = {}
    for step, value in zip(steps, values, strict=True):
        parts.setdefault((step - 1) // stretch, []).append((step, value))
    means = [sum(value for _, value in part) / len(part) for part in parts.values()]
    return [part[-1][0] for part in parts.values()], means
