"""Probabilities that round to 0 and to 1, a batch of one: every gradient is finite, and values that
are hardly ever drawn cost it no digits."""

import pytest
import torch

from estimators.core import Memory, estimate_gradient
from estimators.measuring.moments import repeated_noise
from estimators.testing import NETS, Problem, make_problem, warm_memory
from tests.thoroughness import often

from .cases import FIRST, USUAL, build_estimator, label

RARE = [(spec, net) for spec, net in FIRST if net in ("vae-1", "categorical", "linear-categorical")]


def extreme(name: str, size: float) -> Problem:
    """Logits of plus and minus ``size``, by turns; for Gaussian units means, and narrow ones."""
    at = make_problem(NETS[name], size=1)
    gaussian = any(layer.family == "gaussian" for layer in NETS[name].layers)
    params = {}
    for k, p in at.params.items():
        turns = size * (1 - 2.0 * (torch.arange(p.numel()) % 2)).reshape(p.shape)
        narrow = torch.where(torch.arange(p.numel()) % 2 == 0, 40.0, -10.0).reshape(p.shape)
        params[k] = (
            (narrow if gaussian else turns) if k[0] == "q" and k[-2:] == ".b" else p
        ).float()
    return Problem(at.net, params, {k: v.float() for k, v in at.batch.items()})


@pytest.mark.parametrize("spec, net", often(FIRST, USUAL), ids=label)
def test_gradients_are_finite(spec, net):
    estimator = build_estimator(spec)
    memory = warm_memory(estimator, make_problem(NETS[net], size=1), steps=2)
    memory = Memory(*[{k: v.float() for k, v in part.items()} for part in memory])
    for size in (40.0, 1000.0):
        at = extreme(net, size)
        noise = [u[0] for u in repeated_noise(estimator, at.net, at.batch, 1, seed=3)]
        g = estimate_gradient(estimator, at.net, at.params, memory, at.batch, noise)
        assert torch.isfinite(g.cost)
        assert all(torch.isfinite(v).all() for tree in g[:3] for v in tree.values())


def rarely_drawn(uniforms: torch.Tensor) -> torch.Tensor:
    """The first draw takes what is all but impossible, the others what they drew."""
    low = torch.arange(uniforms[0].numel()).reshape(uniforms[0].shape) % 2 == 0
    return torch.cat([torch.where(low, 1e-6, 1 - 1e-6)[None], uniforms[1:]])


@pytest.mark.parametrize("spec, net", RARE, ids=label)
def test_a_rare_value_costs_no_digits(spec, net):
    """Single precision agrees with double."""
    estimator, at = build_estimator(spec), extreme(net, 10.0)
    memory = warm_memory(estimator, make_problem(NETS[net], size=1), steps=2)
    uniforms = repeated_noise(estimator, at.net, at.batch, 1, seed=3)
    noise = [rarely_drawn(u[0].float()) for u in uniforms]

    def gradients(dtype):
        params, batch, *parts = (
            {k: v.to(dtype) for k, v in tree.items()} for tree in (at.params, at.batch, *memory)
        )
        cast_noise = [u.to(dtype) for u in noise]
        g = estimate_gradient(estimator, at.net, params, Memory(*parts), batch, cast_noise)
        return [tree for tree in g[:2] if tree]

    for single, double in zip(gradients(torch.float32), gradients(torch.float64), strict=True):
        size = max(g.abs().max() for g in double.values())
        for name, g in double.items():
            assert (single[name] - g).abs().max() <= 0.01 * size, name
