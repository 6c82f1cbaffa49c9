"""What reaches log q through values stays, in nets of two layers.

A deeper layer's log q moves with the values below it, and so do its means: by that road go the
slopes of MuProp and of double control variates and the relaxed cost of REBAR.  No bias would tell
that a slope was cut, so the gradients are held, draw by draw, to formulas in plain torch.
"""

import pytest
import torch
from torch.func import vmap

from estimators import specs
from estimators.core import estimate_gradient
from estimators.measuring.moments import repeated_noise
from estimators.oracle.problems import make_problem, stirred_memory, warm_memory
from estimators.registry import build_estimator
from estimators.specs.models import Bernoulli, SigmoidBeliefNet

from . import published_deep

DRAWS = 50
NET = SigmoidBeliefNet(layers=[Bernoulli(n=3), Bernoulli(n=2)])


@pytest.mark.parametrize("name", ["muprop", "double_cv", "rebar"])
def test_slopes_and_relaxations_pass_through_log_q_of_the_layer_above(name):
    estimator, at = build_estimator(specs.ESTIMATORS[name]()), make_problem(NET)
    memory = stirred_memory(warm_memory(estimator, at))
    kept = {**memory.learned, **memory.running}
    theirs = published_deep.encoder_gradient(name, at.params, at.batch["x"], kept)
    noise = repeated_noise(estimator, at.net, at.batch, DRAWS, seed=6)
    one = lambda u, v: estimate_gradient(estimator, *at[:2], memory, at.batch, [u, v]).params
    ours = vmap(one)(*noise)
    for k, want in vmap(theirs)(*noise).items():
        torch.testing.assert_close(ours[k], want, rtol=1e-8, atol=1e-9)
