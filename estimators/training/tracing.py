"""A function of tensors as the list of tensor operations that it comes to.

Replayed, it gives the same numbers bit for bit, without the transforms (vmap, vjp) that found them:
on small nets these cost more than the arithmetic.  What the list holds twice is done once, and what
hangs on constants alone is done here: a step brings nothing to its device.  The function must not
choose its way by values.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch._guards import TracingContext, tracing
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx import GraphModule, Node
from torch.fx.experimental.proxy_tensor import make_fx
from torch.fx.node import map_arg
from torch.fx.passes.dialect.common.cse_pass import CSEPass

aten = torch.ops.aten
ALIASES = {aten.view.default, aten._unsafe_view.default, aten.expand.default, aten.detach.default}


def trace_function(f: Callable[..., Any], *example: Any) -> GraphModule:
    """``f`` for arguments of the shapes and strides of the example."""
    # Without a mode of the whole trace every operation makes its own, which is half of the work.
    with tracing(TracingContext(FakeTensorMode(allow_fallback_kernels=True))):
        module: GraphModule = make_fx(f)(*example)
    for node in module.graph.nodes:
        if node.target in ALIASES and changes_nothing(node):
            node.replace_all_uses_with(node.args[0])
    if not any(writes_in_place(node) for node in module.graph.nodes):
        module = fold_constants(merge_equal(module))
    module.graph.eliminate_dead_code()
    module.recompile()
    return module


def merge_equal(module: GraphModule) -> GraphModule:
    """Equal operations on equal arguments are one."""
    result = CSEPass()(module)
    assert result is not None
    slim: GraphModule = result.graph_module
    slim.graph.set_codegen(module.graph._codegen)  # how arguments are packed: the pass forgets it
    return slim


def fold_constants(module: GraphModule) -> GraphModule:
    """What hangs on constants alone is one; so is what is made on another device than the
    function's arguments are on."""
    home = next((n.meta["val"].device for n in module.graph.nodes if n.op == "placeholder"), None)
    for node in module.graph.nodes:
        sources = node.all_input_nodes
        settled = all(map(is_constant, sources)) if sources else is_abroad(node, home)
        if node.op == "call_function" and settled:
            value = call_node(module, node)
            if isinstance(value, Tensor):
                replace_by_constant(module, node, value)
    return module


def call_node(module: GraphModule, node: Node) -> Any:
    """What a node comes to whose arguments are constants."""
    assert callable(node.target)
    value_of: Callable[[Node], Any] = lambda source: getattr(module, str(source.target))
    return node.target(*map_arg(node.args, value_of), **map_arg(node.kwargs, value_of))


def is_constant(node: Node) -> bool:
    """Whether a node is a tensor that the list holds."""
    return node.op == "get_attr"


def is_abroad(node: Node, home: torch.device | None) -> bool:
    """Whether a node's tensor is on another device."""
    value = node.meta.get("val")
    return isinstance(value, Tensor) and value.device != home


def replace_by_constant(module: GraphModule, node: Node, value: Tensor) -> None:
    """Holds the value of a node in its place."""
    name = f"constant_{node.name}"
    module.register_buffer(name, value)
    with module.graph.inserting_before(node):
        constant = module.graph.get_attr(name)
    constant.meta = dict(node.meta)
    node.replace_all_uses_with(constant)


def writes_in_place(node: Node) -> bool:
    """Whether an operation writes in place: what looks equal before and after it may differ."""
    schema = getattr(node.target, "_schema", None)
    return schema is not None and schema.is_mutable


def changes_nothing(node: Node) -> bool:
    """Whether an alias has the geometry of what it is an alias of."""
    source = node.args[0]
    assert isinstance(source, Node)
    old, new = source.meta["val"], node.meta["val"]
    return bool(old.shape == new.shape and old.stride() == new.stride() and old.dtype == new.dtype)
