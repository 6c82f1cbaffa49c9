"""Devices that are asked for, and what stands in for what a GPU does in no fixed order."""

import ctypes
import resource
from pathlib import Path

import pytest
import torch
from torch.func import vmap

from estimators import devices
from estimators.commands import run
from estimators.devices import prefix_sums, replace_cumsum
from estimators.specs.training import Training


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_sums_along_an_axis_are_torchs(dim):
    x = torch.rand(3, 4, 5, dtype=torch.float64)
    torch.testing.assert_close(prefix_sums(x, dim), x.cumsum(dim))
    assert torch.equal(prefix_sums(x > 0.5, dim), (x > 0.5).cumsum(dim))


def test_on_the_host_sums_stay_torchs():
    x = torch.rand(3, 40)
    before = vmap(lambda row: row.cumsum(0))(x)
    replace_cumsum()
    assert torch.equal(vmap(lambda row: row.cumsum(0))(x), before)


def test_a_device_that_torch_does_not_have_is_refused(tmp_path, capsys):
    spec = tmp_path / "spec.json"
    spec.write_text(
        '{"model": {"name": "toy"}, "estimator": {"name": "reinforce"},'
        ' "dataset": {"name": "nothing"}}'
    )
    assert run.main([str(spec), "--device", "abacus"]) == 2
    assert "knows no device abacus" in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="another C library")
def test_what_is_freed_comes_back_without_the_system():
    """Pages of 4 kB that are asked of it, where sums of a megabyte and a half come and go."""
    faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    x = torch.ones(400_000)
    sums = lambda: ((x + 1) * (x + 2)).sum()
    sums()
    before = faults()
    for _ in range(50):
        sums()
    assert faults() - before < 5_000  # of 58,600 that are written to


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="another C library")
def test_what_is_freed_is_given_back_when_told_to():
    """Resident pages, where every second of many small tensors lives on: none of it is at an end
    of the heap."""
    resident = lambda: int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    tensors = [torch.ones(2**16) for _ in range(400)]
    full = resident()
    del tensors[::2]
    devices.return_freed_memory()
    assert full - resident() > 0.8 * 200 * 2**18
    assert all(tensor.sum() == 2**16 for tensor in tensors)


def test_without_such_settings_nothing_happens(monkeypatch):
    monkeypatch.setattr(devices, "C_LIBRARY", object())
    devices.keep_freed_memory()
    devices.return_freed_memory()


def test_products_in_ten_bits_are_a_benchmark_of_their_own():
    plain, coarse = (Training(**how) for how in ({"tf32": False}, {"tf32": True}))
    assert "tf32" not in plain.model_dump() and coarse.model_dump()["tf32"] is True
