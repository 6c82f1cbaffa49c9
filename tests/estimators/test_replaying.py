"""A list of operations that writes over its own operands is the function, and harms nothing."""

import pytest
import torch

from estimators.training import replaying
from estimators.training.replaying import WRITERS, for_many_calls, overwrite_operands
from estimators.training.tracing import trace_function, writes_in_place

CONSTANT = torch.tensor([[0.5, 2.0, 3.0]] * 3)
# By what might go wrong.
FUNCTIONS = {
    "each operand is the last of its kind": lambda x, y: (((x + y) * y).exp() - x).sigmoid().log(),
    "an operand is wanted later": lambda x, y: (s := x + y).exp() * s,
    "an operand is wanted by what is returned": lambda x, y: ((s := x + y), s.exp()),
    "an operand comes twice": lambda x, y: (s := x + y) * s,
    "an operand has a view that is wanted later": lambda x, y: (s := x + y).exp().sum() * s.T,
    "an operand has a view that says nothing of it": lambda x, y: (
        torch.ops.aten._unsafe_view((s := x + y), [9]) * s.exp().sum()
    ),
    "a view of an operand is wanted after a write": lambda x, y: (
        (v := (x + y).exp().view(9)).neg().sum() + v.view(3, 3).sin()
    ),
    "operands lie crosswise in one memory": lambda x, y: (s := x + y) * s.T,
    "a part of an operand is wanted later": lambda x, y: (
        (first := (s := (x + y).exp())[0]) + s.neg().sum() + first.sigmoid()
    ),
    "parts of one operand": lambda x, y: sum(part * y[0] for part in (x + y).exp().unbind()),
    "an argument": lambda x, y: (x.view(9).neg().view(3, 3) + y.T).tanh(),
    "a constant": lambda x, y: (CONSTANT * 2).exp() * x + CONSTANT / y,
    "what is broadcast": lambda x, y: (x + y) * (x + y).sum(0).exp() - (x[0] + y[0]).exp(),
    "another kind of number": lambda x, y: (x > y).to(x.dtype) * (x.double() + 1).exp().float(),
    "a derivative": torch.func.grad(
        lambda x, y: (torch.nn.functional.softplus(x * y).sigmoid() * x.tanh()).sum()
    ),
}
by_risk = pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)


def arguments(seed):
    g = torch.Generator().manual_seed(seed)
    return torch.rand(3, 3, generator=g) + 0.1, torch.rand(3, 3, generator=g) + 0.1


def leaves(values):
    return values if isinstance(values, tuple) else (values,)


@by_risk
def test_it_gives_the_same_numbers_again_and_again(f):
    replayed = overwrite_operands(trace_function(f, *arguments(0)))
    for seed in (1, 2, 1):
        x, y = arguments(seed)
        for one, other in zip(leaves(f(x, y)), leaves(replayed(x, y)), strict=True):
            assert torch.equal(one, other)


@by_risk
def test_arguments_and_constants_stay(f):
    replayed = overwrite_operands(trace_function(f, *arguments(0)))
    before = [value.clone() for value in replayed.buffers()]
    x, y = arguments(1)
    replayed(x, y)
    assert torch.equal(x, arguments(1)[0]) and torch.equal(y, arguments(1)[1])
    assert all(map(torch.equal, before, replayed.buffers()))


def test_it_writes_where_it_may():
    f = FUNCTIONS["each operand is the last of its kind"]
    replayed = overwrite_operands(trace_function(f, *arguments(0)))
    assert sum(map(writes_in_place, replayed.graph.nodes)) == 5  # all but the first


def test_what_writes_already_is_left_as_it_is():
    def f(x, y):
        s = x + y
        s.view(9).mul_(2)
        return s.exp()

    plain = trace_function(f, *arguments(0))
    before = plain.code
    assert overwrite_operands(plain).code == before


@pytest.mark.parametrize("operation", WRITERS, ids=str)
def test_a_writer_is_its_operation(operation):
    writer, name = WRITERS[operation]
    count = sum(argument.type.kind() == "TensorType" for argument in operation._schema.arguments)
    operands = arguments(3)[:count]
    if operation is torch.ops.aten.softplus_backward.default:
        operands = (*operands, 1, 20)
    out = torch.empty(3, 3)
    assert writer(*operands, **{name: out}) is out
    assert torch.equal(out, operation(*operands))


def test_few_calls_go_to_the_function_itself():
    f = lambda x: x.exp()
    assert for_many_calls(f, replaying.WORTH_TRACING - 1, torch.ones(3)) is f


def test_other_shapes_go_to_the_function_itself():
    calls = []
    f = lambda tree: calls.append(0) or tree["x"].exp() + tree["x"]
    often = for_many_calls(f, replaying.WORTH_TRACING, {"x": torch.ones(3)})
    calls.clear()
    for size, count in ((3, 0), (2, 1), (3, 1)):
        x = torch.rand(size)
        assert torch.equal(often({"x": x}), x.exp() + x) and len(calls) == count


def test_through_a_list_no_gradient_passes():
    x = torch.rand(3, requires_grad=True)
    often = for_many_calls(lambda x: (x + 1).exp() * 2, replaying.WORTH_TRACING, torch.rand(3))
    assert torch.equal(often(x), (x + 1).exp() * 2) and not often(x).requires_grad
