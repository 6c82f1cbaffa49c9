"""A cell half trained: what its runs have shown so far and the program in training, in one file."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from ..specs.experiment import Experiment
from ..specs.writing import write_whole
from .train import State

RunRecord = dict[str, Any]  # of a run: seed, setting, series, and a reason once it has ended
ABOUT = "draft"  # the array that holds what is not the program's


class Draft:
    """``runs`` as they stand, ``spent`` seconds of CPU, and the ``state`` of the program in
    training, None where the next one starts."""

    def __init__(self, path: Path, spec: Experiment):
        """Goes on from the file if there is one, of this spec."""
        self.path, self.spec, self.spent = path, spec, 0.0
        self.runs: list[RunRecord] = [
            {"seed": seed, **setting, "series": {}} for seed, setting in spec.runs
        ]
        self.state: State | None = None
        if path.exists():
            self._load()

    def _load(self) -> None:
        with np.load(self.path) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(arrays.pop(ABOUT).tobytes())
        if about["spec"] == self.spec.digest:
            self.runs, self.spent, self.state = about["runs"], about["spent"], arrays or None

    def keep(self, state: State | None) -> None:
        """Whole, or not at all."""
        self.state = state
        about = json.dumps(
            {"spec": self.spec.digest, "runs": self.runs, "spent": self.spent}
        ).encode()
        content = BytesIO()
        arrays: dict[str, Any] = {**(state or {}), ABOUT: np.frombuffer(about, np.uint8)}
        np.savez(content, **arrays)
        write_whole(self.path, content.getvalue())

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)
