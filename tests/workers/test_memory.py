"""A runner that asks for too much memory is told no, and that is `oom`, whoever says it."""

import subprocess
import sys

import pytest
import torch

from estimators.devices import is_out_of_memory
from service.config import Settings
from workers.memory import GIB, memory_bound

ASKS = """
import torch
from service.config import Settings
from estimators.devices import is_out_of_memory
from workers.memory import bound_memory
bound_memory(Settings(runner_memory=1))
try:
    torch.zeros(2**30)
except Exception as error:
    print(is_out_of_memory(error))
"""


def test_an_allocation_beyond_the_bound_is_out_of_memory():
    done = subprocess.run([sys.executable, "-c", ASKS], capture_output=True, text=True)
    assert done.stdout.split() == ["True"], done.stderr


@pytest.mark.parametrize(
    "error, says",
    [
        (MemoryError(), True),
        (torch.OutOfMemoryError("CUDA"), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), True),
        (RuntimeError("shapes do not fit"), False),
        (ValueError("not enough memory of the estimator"), False),
    ],
)
def test_what_is_out_of_memory(error, says):
    assert is_out_of_memory(error) is says


def test_the_bound_is_said_or_a_share_of_the_machine():
    assert memory_bound(Settings(runner_memory=0.5)) == GIB // 2
    assert memory_bound(Settings()) > GIB // 4
