"""The program whose points ``benchmarks`` write and read, and who is beside it."""

import numpy as np

from benchmarks import mlflow_points
from benchmarks.points import CHUNK, WIDTH, StoredProgram


def test_chunks_that_were_written_are_read_whole(tmp_path):
    program = StoredProgram(f"sqlite:///{tmp_path}/arena.db", chunks=3)
    program.write_chunk()
    program.write_chunk()
    series = program.read_runs()
    program.close()
    assert len(series) == WIDTH
    for one in series:
        assert np.array_equal(one.steps, np.arange(1, 2 * CHUNK + 1))
        assert np.array_equal(one.values, one.steps / 7)


def test_without_mlflow_it_says_what_brings_it(monkeypatch, capsys):
    monkeypatch.setattr(mlflow_points, "find_spec", lambda name: None)
    assert mlflow_points.main([]) == 1
    assert capsys.readouterr().err.strip() == mlflow_points.MISSING
