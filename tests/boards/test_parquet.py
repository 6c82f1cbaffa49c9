"""Runs as Parquet files: the same runs as the lines of JSON hold."""

import json
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

from analysis.records.parquet import GROUP_POINTS, write_parquet
from analysis.records.runs import RunRecord, Series, dump_runs, load_runs, read_runs

from .world import cut, demo


def back(runs, series) -> list[RunRecord]:
    """From the files alone, by what is documented of them."""
    found = {}
    for row in pq.read_table(runs).to_pylist():
        texts = {name: json.loads(row[name]) for name in ("estimator", "environment")}
        found[row["run_id"]] = RunRecord(**row | texts | {"setting": dict(row["setting"])})
    for row in pq.read_table(series).to_pylist():
        points = found[row["run_id"]].series.setdefault(row["name"], Series([], []))
        points.steps.append(row["step"])
        points.values.append(row["value"])
    return list(found.values())


@pytest.fixture
def records():
    """A series of its own, numbers that are none, a run that logged nothing, one that waits."""
    found = demo(seeds=2)
    found[0].series["bound/test"].values[3:6] = np.nan, np.inf, -np.inf
    found[1] = replace(
        found[1], series=found[1].series | {"cost/train": Series([1, 2, 3], [0.1, 0.2, 1e-300])}
    )
    found[2] = replace(cut(found[2], 0, "queued", None), series={}, environment={})
    return found


@pytest.mark.parametrize(("many", "groups"), [(GROUP_POINTS, 1), (100, 6), (1, 12)])
def test_the_same_runs_as_lines_hold(tmp_path, records, many, groups):
    """However few points a row group holds: runs have 77, so that two make 100, three with the
    empty one."""
    lines = list(dump_runs(records))
    runs, series = tmp_path / "runs", tmp_path / "series"
    assert write_parquet(read_runs(lines), runs, series, many) == len(records)
    assert list(dump_runs(back(runs, series))) == lines
    assert pq.ParquetFile(runs).num_row_groups == groups
    points = sum(len(s.steps) for run in load_runs(lines) for s in run.series.values())
    assert pq.ParquetFile(series).metadata.num_rows == points


def test_no_run_is_two_empty_tables(tmp_path):
    assert write_parquet([], tmp_path / "runs", tmp_path / "series") == 0
    assert back(tmp_path / "runs", tmp_path / "series") == []


def test_runs_are_taken_as_they_are_written(tmp_path, records):
    """When a run is asked for, no more than a group of those before it waits to be written."""
    runs, sizes = tmp_path / "runs", []

    def given():
        for run in records:
            sizes.append(runs.stat().st_size)
            yield run

    write_parquet(given(), runs, tmp_path / "series", many=1)
    assert all(later > earlier for earlier, later in zip(sizes[1:], sizes[2:], strict=False))
