"""What a result says of its machine."""

import pytest

from estimators import environment
from estimators.devices import claim_device


def test_a_machine_is_named():
    place = environment.process_environment()
    assert place["device"] == "cpu" and place["device_class"] == environment.processor_name() != ""
    assert place["code"] == environment.library_digest() and len(place["code"]) == 16
    assert all(
        place[name]
        for name in ("python", "torch", "hostname", "version", "system", "cores", "threads")
    )


@pytest.mark.gpu
def test_a_gpu_is_named():
    import torch

    claim_device("cuda")
    place = environment.process_environment("cuda")
    assert place["device"] == "cuda" and place["device_class"] == torch.cuda.get_device_name()
    assert place["tf32"] is False and place["deterministic"] is True
    assert ":4096:8" in place["kernels"] and "CUDA graphs" in place["kernels"]
