"""What a result says of its machine."""

import pytest

from estimators import environment


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

    place = environment.process_environment("cuda")
    assert place["device"] == "cuda" and place["device_class"] == torch.cuda.get_device_name()
