"""Variance as papers after DisARM print it: moving averages along one trajectory that many
estimators follow.

Per component g of the encoder's gradient of the mean cost, on the trajectory's own minibatch of
every step, m <- d m + (1 - d) g and s <- d s + (1 - d) g^2; the figure is the mean over components
of s - m^2.  So it is in the code of Dong, Mnih, Tucker, NeurIPS 2020, arXiv:2006.10680
(``compute_grad_variance``, d 0.999); there g is of the sum and the figure is divided by the square
of the minibatch's size, which comes to the same.

Departures: averages are divided by 1 - d^t, t the steps, as Adam's are (there they start at the
variable's value, which a million steps forget); every estimator's memory learns on the way, and
before it (there only RELAX's does, where it trains); noise is that of (seed, step), so that
estimators share what they both want.
"""

import math

import torch

from ..core import Estimator, Memory
from ..devices import to_host
from ..specs.moving import Moving, MovingAverage
from ..specs.training import Training
from ..training.train import Member, Trainer
from .blocks import encoder_coordinates
from .warming import frozen_trainer


def moving_variance(
    estimator: Estimator,
    path: Trainer,
    run: Member,
    training: Training,
    spec: MovingAverage,
    memory: Memory | None = None,
) -> Moving:
    """``path`` is a trainer of one lane, and goes ``spec.steps`` on.  The estimator's own memory
    learns along it, from ``memory``; from a fresh one, if there is none."""
    follower, some = (
        frozen_trainer(estimator, path, 0, run, training),
        encoder_coordinates(path.of(0)[0]),
    )
    if memory:
        follower.rows[:] = follower.layout.row(path.of(0)[0], memory.learned)
        follower.running = {k: v[None].clone() for k, v in memory.running.items()}
    first, second = (torch.zeros(int(some.sum()), dtype=torch.float64) for _ in range(2))
    size = follower.layout.sizes[0]
    for _ in range(spec.steps):
        follower.rows[:, :size] = path.rows[:, :size]
        follower.step()
        path.step()
        g = to_host(follower.descent.gradients[0, :size])[some].double() / follower.scale
        first = torch.lerp(g, first, spec.decay)
        second = torch.lerp(g.square(), second, spec.decay)
    whole = 1 - spec.decay**spec.steps
    variance = (second / whole - (first / whole).square()).mean().item()
    return Moving(variance=variance if math.isfinite(variance) else None, components=len(first))
