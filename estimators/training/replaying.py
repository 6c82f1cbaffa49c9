"""A function that is called again and again with tensors of the same shapes, by its list of
operations.

The list is replayed in few places of memory: an element-wise operation writes over an operand that
nothing wants afterwards, which a cache still holds.  The numbers are the same bit for bit.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.fx import GraphModule, Node
from torch.utils._pytree import tree_leaves

from .tracing import aten, trace_function, writes_in_place

# Calls from which on a list is made: a tenth of a second, or one or two of a large gradient.
WORTH_TRACING = 100
# An operation; the same one that writes where it is told, and the name by which it is told.
WRITERS = {
    aten.add.Tensor: (aten.add.out, "out"),
    aten.sub.Tensor: (aten.sub.out, "out"),
    aten.mul.Tensor: (aten.mul.out, "out"),
    aten.div.Tensor: (aten.div.out, "out"),
    aten.neg.default: (aten.neg.out, "out"),
    aten.exp.default: (aten.exp.out, "out"),
    aten.log.default: (aten.log.out, "out"),
    aten.log1p.default: (aten.log1p.out, "out"),
    aten.tanh.default: (aten.tanh.out, "out"),
    aten.sigmoid.default: (aten.sigmoid.out, "out"),
    aten.softplus.default: (aten.softplus.out, "out"),
    aten.tanh_backward.default: (aten.tanh_backward.grad_input, "grad_input"),
    aten.sigmoid_backward.default: (aten.sigmoid_backward.grad_input, "grad_input"),
    aten.softplus_backward.default: (aten.softplus_backward.grad_input, "grad_input"),
}


def for_many_calls(f: Callable[..., Any], count: int, *example: Any) -> Callable[..., Any]:
    """``f``, replayed from its list of operations where so many calls with arguments like the
    example pay for one.  Through a list no gradient passes; arguments of other shapes go to ``f``
    itself."""
    if count < WORTH_TRACING:
        return f
    replay = torch.no_grad()(overwrite_operands(trace_function(f, *example)))
    shapes = leaf_shapes(example)
    return lambda *some: (replay if leaf_shapes(some) == shapes else f)(*some)


def leaf_shapes(arguments: Any) -> list[torch.Size]:
    """Of all tensors among them."""
    return [leaf.shape for leaf in tree_leaves(arguments) if isinstance(leaf, Tensor)]


def overwrite_operands(module: GraphModule) -> GraphModule:
    """The same module, which writes over what it has made itself: arguments and constants stay.
    A list that writes already is left as it is."""
    nodes = list(module.graph.nodes)
    if any(writes_in_place(node) for node in nodes):
        return module
    shared = {node: memory_source(node) for node in nodes}
    last_uses = {memory_maker(shared, s): node for node in nodes for s in node.all_input_nodes}
    for node in nodes:
        if node.target in WRITERS and (operand := free_operand(node, shared, last_uses)):
            maker = memory_maker(shared, operand)
            last_uses[maker] = last_uses.pop(node, node)
            shared[node] = maker
            node.target, name = WRITERS[node.target]
            node.kwargs = {**node.kwargs, name: operand}
    module.recompile()
    return module


def memory_source(node: Node) -> Node:
    """The operand in whose memory a node's value lies, itself if in memory of its own."""
    if node.op != "call_function" or not node.all_input_nodes:
        return node
    shares = getattr(node.target, "is_view", True) or node.target is aten._unsafe_view.default
    return node.all_input_nodes[0] if shares else node


def memory_maker(shared: Mapping[Node, Node], node: Node) -> Node:
    """The node that made the memory in which a node's value lies."""
    while shared[node] is not node:
        node = shared[node]
    return node


def free_operand(
    node: Node, shared: Mapping[Node, Node], last_uses: Mapping[Node, Node]
) -> Node | None:
    """An operand of the geometry of the result, in memory that this list has made, that nothing
    else wants from here on and that no other operand lies in."""
    operands = node.all_input_nodes
    makers = [memory_maker(shared, operand) for operand in operands]
    for operand, maker in zip(operands, makers, strict=True):
        free = maker.op == "call_function" and last_uses[maker] is node
        if free and makers.count(maker) == 1 and same_geometry(operand, node):
            return operand
    return None


def same_geometry(one: Node, other: Node) -> bool:
    """Whether the values of two nodes lie in memory alike."""
    a, b = one.meta.get("val"), other.meta.get("val")
    if not (isinstance(a, Tensor) and isinstance(b, Tensor)):
        return False
    kinds = [(x.shape, x.stride(), x.dtype, x.device) for x in (a, b)]
    return kinds[0] == kinds[1]
