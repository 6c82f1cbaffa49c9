"""What a list of operations cannot save, as benchmarks count it."""

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from benchmarks.least import FUNCTIONS, TILE, graph_functions
from benchmarks.snapshot_parts import FEW, noted_chunk
from estimators.devices import HOST
from estimators.specs import ESTIMATORS
from estimators.timing.programs import Size
from estimators.timing.snapshots import snapshot_sides
from estimators.training.tracing import trace_function


class Counted(TorchDispatchMode):
    """Numbers that functions worked out."""

    numbers = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func in FUNCTIONS.values():
            self.numbers += kwargs["out"].numel()
        return func(*args, **(kwargs or {}))


def test_every_number_is_counted_and_no_other():
    rows, ones = TILE // 4 + 1, torch.ones(8)
    f = lambda x: (x + ones).exp().log1p().sum() + x[0].tanh().sum() + x.sigmoid().sum()
    graph = trace_function(f, torch.rand(rows, 8)).graph
    with Counted() as counted:
        graph_functions(graph)()
    assert counted.numbers == 2 * rows * 8 + 8


def test_the_parts_of_a_chunk_are_those_of_a_measurement():
    size = Size(batch=3, lanes=1)
    measured = snapshot_sides(ESTIMATORS["reinforce_loo"](), FEW, size, HOST)["measurement"]
    chunk = noted_chunk(measured.call)
    together = len(chunk.noise[0])
    assert 1 < together <= FEW and chunk.noise[0].shape[1] == 4  # draws
    for part in chunk.parts.values():
        part()
    again = chunk.draw()
    assert all(torch.equal(a, b) for a, b in zip(again, chunk.noise, strict=True))
