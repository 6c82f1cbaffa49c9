"""Runs and their series as two Parquet files.  pyarrow is the extra ``parquet``."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.records.runs import RunRecord, Series
from estimators.specs.base import canonical

GROUP_POINTS = 1_000_000  # points in memory: those of a row group, and at most a run more
WORD = pa.dictionary(pa.int32(), pa.string())
RUNS = pa.schema({
    "run_id": pa.string(), "job_id": pa.string(), "cell_id": pa.string(), "estimator": pa.string(),
    "seed": pa.int64(), "setting": pa.map_(pa.string(), pa.float64()), "state": pa.string(),
    "reason": pa.string(), "step": pa.int64(), "environment": pa.string(),
})  # fmt: skip
SERIES = pa.schema({"run_id": WORD, "name": WORD, "step": pa.int32(), "value": pa.float64()})


def write_parquet(
    records: Iterable[RunRecord], runs: Path, series: Path, many: int = GROUP_POINTS
) -> int:
    """A row a run, and a row a point; how many runs there were.  One row group for about ``many``
    points."""
    number = 0
    with (
        pq.ParquetWriter(runs, RUNS, compression="zstd") as rows,
        pq.ParquetWriter(series, SERIES, compression="zstd") as points,
    ):
        for group in _row_groups(records, many):
            rows.write_table(pa.Table.from_pylist([_run_row(run) for run in group], RUNS))
            table = _series_points(group)
            points.write_table(table, max(table.num_rows, 1))
            number += len(group)
    return number


def _row_groups(records: Iterable[RunRecord], many: int) -> Iterator[list[RunRecord]]:
    group: list[RunRecord] = []
    room = many
    for run in records:
        group.append(run)
        room -= 1 + sum(len(series.steps) for series in run.series.values())
        if room <= 0:
            yield group
            group, room = [], many
    if group:
        yield group


def _run_row(run: RunRecord) -> dict[str, Any]:
    """What has names of its own in every estimator or on every machine is canonical JSON."""
    row = {name: getattr(run, name) for name in RUNS.names}
    texts = {name: canonical(row[name]) for name in ("estimator", "environment")}
    return row | texts | {"setting": sorted(run.setting.items())}


def _series_points(group: list[RunRecord]) -> pa.Table:
    """The points of some runs, in the order of the runs, of the names of their series, and of the
    steps."""
    points = [
        (number, name, run.series[name])
        for number, run in enumerate(group)
        for name in sorted(run.series)
    ]
    names = sorted({name for _, name, _ in points})
    lengths = [len(series.steps) for _, _, series in points]
    columns = [
        _dictionary_words(
            [run.run_id for run in group], np.repeat([number for number, _, _ in points], lengths)
        ),
        _dictionary_words(names, np.repeat([names.index(name) for _, name, _ in points], lengths)),
        pa.array(_point_column(points, 0, "<i4")),
        pa.array(_point_column(points, 1, "<f8")),
    ]
    return pa.Table.from_arrays(columns, schema=SERIES)


def _dictionary_words(words: list[str], places: Any) -> pa.Array:
    return pa.DictionaryArray.from_arrays(
        pa.array(places.astype("<i4")), pa.array(words, pa.string())
    )


def _point_column(points: list[tuple[int, str, Series]], column: int, kind: str) -> Any:
    """Steps or values, end to end."""
    return np.fromiter(chain.from_iterable(series[column] for _, _, series in points), kind)
