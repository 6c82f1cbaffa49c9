"""GPUs are claimed one by one, and given back by the kernel."""

import os
import subprocess
import sys

import pytest

from workers import device
from workers.device import Gpu, NoGpu, claim_gpu

CARDS = [Gpu("GPU-1", "NVIDIA H100"), Gpu("GPU-2", "NVIDIA H100")]
HOLD = (
    "import sys; from tests.workers.test_device import CARDS, claim_gpu; from pathlib import Path; "
)
HOLD += (
    "held = claim_gpu(Path(sys.argv[1]), CARDS); print(held.gpu.uuid, flush=True); sys.stdin.read()"
)


def test_each_worker_gets_a_gpu_of_its_own(tmp_path):
    first, second = claim_gpu(tmp_path, CARDS), claim_gpu(tmp_path, CARDS)
    assert {first.gpu, second.gpu} == set(CARDS)
    with pytest.raises(NoGpu, match="2 GPUs here"):
        claim_gpu(tmp_path, CARDS)
    first.file.close()
    again = claim_gpu(tmp_path, CARDS)
    assert again.gpu == first.gpu
    second.file.close(), again.file.close()


def test_a_killed_worker_gives_its_gpu_back(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdout.readline().strip() == "GPU-1"
        second = claim_gpu(tmp_path, CARDS)
        assert second.gpu == CARDS[1]
        worker.kill()
    first = claim_gpu(tmp_path, CARDS)
    assert first.gpu == CARDS[0]
    first.file.close(), second.file.close()


def test_no_gpu(tmp_path):
    with pytest.raises(NoGpu):
        claim_gpu(tmp_path, [])


@pytest.mark.parametrize(
    "script, found",
    [
        ("echo 'GPU-1, NVIDIA H100'; echo 'GPU-2, NVIDIA H100'", CARDS),
        ("echo no driver; exit 9", []),
    ],
)
def test_what_the_driver_shows(tmp_path, monkeypatch, script, found):
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert device.visible_gpus() == found


def test_no_driver(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert device.visible_gpus() == []
