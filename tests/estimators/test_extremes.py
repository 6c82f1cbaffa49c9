"""Probabilities that round to 0 and to 1, a batch of one: every gradient is finite."""

import pytest
import torch

from estimators.core import Memory, estimate_gradient
from estimators.measuring.moments import repeated_noise
from estimators.testing import NETS, Problem, make_problem, warm_memory

from .cases import FIRST, build_estimator, label


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


@pytest.mark.parametrize("spec, net", FIRST, ids=label)
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
