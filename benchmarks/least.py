"""What no way of working through a list of operations saves, beside its products: a logarithm or an
exponential for each number that has one.

Softplus, logarithms, exponentials and hyperbolic tangents are counted.  Sigmoids are not, nor what
goes back through a function: they could be had from an exponential that is there.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.fx import Graph, Node

aten = torch.ops.aten
# A function, as it writes into memory that is there.
FUNCTIONS = {
    aten.softplus.default: aten.softplus.out,
    aten.log.default: aten.log.out,
    aten.log1p.default: aten.log1p.out,
    aten.exp.default: aten.exp.out,
    aten.tanh.default: aten.tanh.out,
}
# Numbers at once: what goes in and what comes out stays in a cache.
TILE = 2**15


def graph_functions(graph: Graph) -> Callable[[], None]:
    """All functions of a traced list, on as many random numbers as it has, a tile at a time."""
    calls = [call for node in graph.nodes if node.target in FUNCTIONS for call in tiles(node)]

    def work_out_all() -> None:
        for call in calls:
            call()

    return work_out_all


def tiles(node: Node) -> list[Callable[[], object]]:
    """Calls that work out one function of as many numbers as a node has."""
    value, function = node.meta["val"], FUNCTIONS[node.target]
    assert isinstance(value, Tensor)
    x = torch.rand(TILE, dtype=value.dtype)
    out = torch.empty_like(x)
    whole, rest = divmod(value.numel(), TILE)
    sizes = [TILE] * whole + [rest] * (rest > 0)
    return [partial(function, x[:size], out=out[:size]) for size in sizes]
