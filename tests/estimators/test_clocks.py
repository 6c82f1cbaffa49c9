"""Seconds are of the process that works, and shared by the lanes that train."""

import numpy as np

from estimators.devices import HOST
from estimators.training import clocks
from estimators.training.clocks import LaneClocks


def test_lanes_share_what_a_span_took_by_either_clock(monkeypatch):
    work, wall = iter([10.0, 14.0]), iter([100.0, 130.0])
    monkeypatch.setattr(clocks, "work_clock", lambda device: next(work))
    monkeypatch.setattr(clocks, "perf_counter", lambda: next(wall))
    spent = LaneClocks(3)
    with spent.charge({2, 0}, HOST):
        pass
    assert spent.readings(0) == spent.readings(2) == {"seconds": 2.0, "wall_seconds": 15.0}
    assert spent.readings(1) == {"seconds": 0.0, "wall_seconds": 0.0}
    assert LaneClocks(3, spent.state()).readings(2) == spent.readings(2)


def test_states_from_before_there_were_two_clocks_are_read():
    old = LaneClocks(2, {"seconds": np.array([3.0, 4.0])})
    assert old.readings(1) == {"seconds": 4.0, "wall_seconds": 0.0}
