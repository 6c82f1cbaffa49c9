"""Functions that return a gradient of E[f(b)], as other libraries write them."""

import pytest
import torch

from estimators.oracle.foreign import UNITS, certify_function, reference_gradient


def likelihood_ratio(f, logits):
    """By torch.distributions, with one draw for a baseline of the other."""
    q = torch.distributions.Bernoulli(logits=logits.requires_grad_())
    one, two = q.sample(), q.sample()
    signal = f(one) - f(two)
    loss = (signal * (q.log_prob(one) - q.log_prob(two)).sum(-1) / 2).sum()
    return torch.autograd.grad(loss, logits)[0]


def straight_through(f, logits):
    p = logits.requires_grad_().softmax(-1)
    index = torch.multinomial(p.detach().flatten(0, 1), 1).reshape(p.shape[:-1])
    b = torch.nn.functional.one_hot(index, p.shape[-1]).to(p)
    return torch.autograd.grad(f(b + p - p.detach()).sum(), logits)[0]


def doubled(f, logits):
    return 2 * likelihood_ratio(f, logits)


def test_a_sound_one_is_certified_with_the_variance_it_has():
    found = certify_function(likelihood_ratio, draws=20_000)
    assert found.kept
    assert all(row.variance_ratio == pytest.approx(1, rel=0.1) for row in found.rows)


def test_a_factor_of_two_is_seen():
    found = certify_function(doubled, draws=20_000)
    assert not any(row.kept for row in found.rows)
    assert all(row.interval[0] < 1 < row.interval[1] and row.bias > 0.8 for row in found.rows)


def test_what_is_right_for_linear_costs_is_so_and_not_for_others():
    found = {
        row.net: row
        for row in certify_function(straight_through, "categorical", "linear", 20_000).rows
    }
    assert found["linear"].kept and found["linear"].promised
    assert all(found[cost].z > 6 for cost in ("quadratic", "cubic", "network"))


def test_the_reference_is_a_difference_of_the_expectation():
    unit, step = UNITS["bernoulli"], 1e-6
    a = torch.tensor([0.3, -1.0, 2.0], dtype=torch.float64)
    f = lambda z: (z.sum(-1) - 0.5) ** 3
    values = torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * 3).double()
    mean = lambda a: (unit.log_prob(a, values).sum(-1).exp() * f(values)).sum()
    want = [(mean(a + step * e) - mean(a - step * e)) / (2 * step) for e in torch.eye(3).double()]
    torch.testing.assert_close(
        reference_gradient(unit, a, f)[0], torch.stack(want), rtol=1e-6, atol=1e-8
    )
