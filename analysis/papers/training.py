"""What was trained of a table's cell, as run records: from the files of a folder, or the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

from analysis.records.runs import RunRecord, Series
from estimators.specs.experiment import Experiment
from estimators.specs.pieces import Piece
from estimators.specs.states import State

SETTINGS = ("learning_rate", "momentum")


@dataclass(frozen=True)
class TrainedPiece:
    """What one training left of a cell."""

    # of every run in it, as its spec says
    steps: int
    # where, and with which code
    environment: dict[str, Any]
    runs: list[RunRecord]


def piece_records(piece: Piece) -> TrainedPiece:
    """Of a file's content; a value that is null there is no number."""
    spec = Experiment.model_validate(piece["spec"])
    runs = [_run_record(spec, piece["made"], run) for run in piece["runs"]]
    return TrainedPiece(spec.training.steps, piece["made"], runs)


def _run_record(spec: Experiment, environment: dict[str, Any], run: dict[str, Any]) -> RunRecord:
    series = {name: number_series(*points) for name, points in run["series"].items()}
    return RunRecord(
        run_id="",
        job_id="",
        cell_id=spec.cell_id,
        estimator=spec.estimator.model_dump(mode="json"),
        seed=run["seed"],
        setting={name: run[name] for name in SETTINGS if name in run},
        state=State.SUCCEEDED,
        reason=run["reason"],
        step=spec.training.steps,
        series=series,
        environment=environment,
    )


def number_series(steps: Sequence[int], values: Sequence[float | None]) -> Series:
    """A series whose values are nan where nothing was measured."""
    return Series(list(steps), [nan if value is None else float(value) for value in values])
