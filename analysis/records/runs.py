"""What a board is made of: one record a run.  Plain data, to recompute a board without a
database."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, NamedTuple


class Series(NamedTuple):
    """A metric against the steps (ascending) at which it was logged."""

    steps: Sequence[int]
    values: Sequence[float]


NO_SERIES = Series((), ())


@dataclass(frozen=True)
class RunRecord:
    """One seed at one setting, with what it logged.  ``run_id`` orders runs by submission."""

    run_id: str
    job_id: str
    cell_id: str
    estimator: dict[str, Any]  # its spec
    seed: int
    setting: dict[str, float]  # learning rate, momentum
    state: str  # queued, running, cancelling, succeeded, failed, cancelled
    reason: str | None  # how it ended
    step: int  # where it is
    series: dict[str, Series] = field(default_factory=dict)
    environment: dict[str, Any] = field(
        default_factory=dict
    )  # device class, versions, width, threads


def dump_runs(records: Iterable[RunRecord]) -> Iterator[str]:
    """One line of JSON a run.  Values that are not finite are the strings NaN, Infinity and
    -Infinity."""
    for record in records:
        series = {
            name: [list(s.steps), [_json_number(v) for v in s.values]]
            for name, s in record.series.items()
        }
        yield json.dumps(vars(record) | {"series": series}, sort_keys=True, allow_nan=False)


def _json_number(value: float) -> float | str:
    return value if isfinite(value) else json.dumps(value)


def load_runs(lines: Iterable[str]) -> list[RunRecord]:
    """What ``dump`` wrote.  Raises ValueError for a line that is no run, with its number."""
    return list(read_runs(lines))


def read_runs(lines: Iterable[str]) -> Iterator[RunRecord]:
    """The same, one after the other."""
    return (_run_record(number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _run_record(number: int, line: str) -> RunRecord:
    try:
        row = json.loads(line)
        series = {
            name: Series([int(step) for step in steps], [float(value) for value in values])
            for name, (steps, values) in row.pop("series").items()
        }
        return RunRecord(**row, series=series)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise ValueError(f"line {number} is not a run: {error}") from None
