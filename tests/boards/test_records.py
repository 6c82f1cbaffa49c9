"""Runs as lines of JSON."""

import numpy as np
import pytest

from analysis.records.runs import dump_runs, load_runs

from .world import demo


def test_runs_survive_as_lines():
    records = demo(seeds=2)
    records[0].series["bound/test"].values[3:5] = np.nan, np.inf
    again = load_runs(dump_runs(records))
    assert list(dump_runs(again)) == list(dump_runs(records))
    assert again[0].series["bound/test"].values[:3] == records[0].series["bound/test"].values[:3]
    assert np.isnan(again[0].series["bound/test"].values[3])


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"run_id": "a"}', '{"run_id": "a", "series": {"x": [[1], ["y"]]}}']
)
def test_a_line_that_is_no_run_is_named(line):
    with pytest.raises(ValueError, match="line 2 is not a run"):
        load_runs(["", line])
