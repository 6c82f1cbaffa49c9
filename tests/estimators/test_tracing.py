"""A traced function is the function."""

import torch
from torch.func import grad, vmap

from estimators.training.tracing import trace_function


def squares(x, w):
    h = (x.unflatten(0, (1, -1)).expand(1, len(x)).flatten() @ w).detach()
    return (h * (x @ w)).sum()


def given(seed):
    g = torch.Generator().manual_seed(seed)
    return torch.randn(3, 4, generator=g), torch.randn(3, 4, 5, generator=g)


def test_it_gives_the_same_numbers_for_other_values():
    f = vmap(grad(squares, (0, 1)))
    replayed = trace_function(f, *given(0))
    for one, other in zip(f(*given(1)), replayed(*given(1)), strict=True):
        assert torch.equal(one, other)


def test_what_changes_nothing_is_left_out():
    replayed = trace_function(vmap(grad(squares, (0, 1))), *given(0))
    names = [str(node.target) for node in replayed.graph.nodes]
    assert "aten.detach.default" not in names and any("mm" in name for name in names)


def test_what_is_written_in_place_is_kept():
    def f(x):
        y = x.detach().clone()
        y.view(y.shape).mul_(2)
        return y + x

    assert torch.equal(trace_function(f, torch.ones(3))(torch.ones(3)), torch.full((3,), 3.0))


def test_what_is_asked_twice_is_done_once():
    def f(x):
        return x.exp() * x.exp() + x.exp().sum()

    replayed = trace_function(f, torch.zeros(3))
    assert sum(node.target == torch.ops.aten.exp.default for node in replayed.graph.nodes) == 1
    assert torch.equal(replayed(torch.ones(3)), f(torch.ones(3)))


def test_what_is_asked_before_and_after_a_write_is_done_twice():
    def f(x):
        y = x.clone()
        before = y.exp()
        y.add_(1)
        return before + y.exp()

    assert torch.equal(trace_function(f, torch.zeros(3))(torch.ones(3)), f(torch.ones(3)))


def test_what_hangs_on_constants_alone_is_done_once_and_for_all():
    f = vmap(lambda x: x * torch.tensor([1.0, 2.0, 3.0]).to(x.dtype).flip(0).exp())
    replayed = trace_function(f, torch.zeros(2, 3, dtype=torch.float64))
    names = [str(node.target) for node in replayed.graph.nodes if node.op == "call_function"]
    assert names == ["aten.mul.Tensor"]
    x = torch.rand(2, 3, dtype=torch.float64)
    assert torch.equal(replayed(x), f(x))
