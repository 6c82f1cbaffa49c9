"""The floor of a step: every product of matrices that it makes, each by itself."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.fx import Node

from ..devices import HOST, capture_graph
from ..training.train import Trainer

PRODUCTS = {torch.ops.aten.bmm.default, torch.ops.aten.mm.default}


def step_products(trainer: Trainer) -> Callable[[], None]:
    """All products of the traced step in a row, on random tensors of the same geometry; on a GPU as
    one graph, like the step."""
    graph, device = trainer.gradients.graph, trainer.device
    products = [random_product(node, device) for node in graph.nodes if node.target in PRODUCTS]

    def multiply_all() -> None:
        for multiply in products:
            multiply()

    multiply_all()
    return multiply_all if device == HOST else capture_graph(multiply_all)


def random_product(node: Node, device: torch.device) -> Callable[[], object]:
    """The product of a node, on random tensors of its shapes and strides."""
    multiply = node.target
    assert callable(multiply)
    a, b = (random_like(arg.meta["val"], device) for arg in node.args if isinstance(arg, Node))
    return lambda: multiply(a, b)


def random_like(value: Tensor, device: torch.device) -> Tensor:
    """Of its shape and strides: what it spreads over a size is one number here too."""
    stored = [n if step else 1 for n, step in zip(value.shape, value.stride(), strict=True)]
    numbers = torch.empty_strided(stored, value.stride(), dtype=value.dtype, device=device)
    return numbers.normal_().expand(value.shape)
