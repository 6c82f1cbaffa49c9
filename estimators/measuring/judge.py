"""One estimator against an unbiased reference, on many minibatches and the same noise for all.

With the mean of an estimator's draws on each minibatch as a row, all that is asked of its
expectation is a sum over pairs of different rows, which noise does not inflate; so is the bias,
from the rows less those of a reference on the same minibatches, whose own noise is thereby in the
interval.
"""

import torch
from torch import Tensor

from .. import baselines, cost
from ..core import Estimator, Memory
from ..devices import equal_params
from ..specs import Declaration
from ..specs import Estimator as EstimatorSpec
from ..specs.findings import EstimatorFindings, GradientQuantities
from . import frozen
from .blocks import (
    Blocks,
    Point,
    coordinate_layers,
    draw_gradients,
    layer_parameters,
    probe_noise,
    reference_blocks,
)
from .jackknife import (
    cosine_interval,
    jackknife_interval,
    jackknife_mean,
    jackknife_pairs,
    positive_interval,
    root_interval,
)


def gradient_parts(names: list[str]) -> dict[str, list[str]]:
    """The parts of a gradient that have figures of their own, as lists of layers: all, encoder q*
    and decoder p* where both are, and each layer."""
    sides = {"encoder": "q", "decoder": "p"}
    layers = {
        side: [name for name in names if name.startswith(letter)] for side, letter in sides.items()
    }
    halves = {side: some for side, some in layers.items() if 0 < len(some) < len(names)}
    return {"all": names} | halves | {name: [name] for name in names if len(names) > 1}


class ProbeJudge:
    """What every estimator at one point is compared with: the reference gradient, and leave-one-out
    with two draws (VIMCO on a bound), on the same minibatches."""

    def __init__(self, point: Point, draws: int, reference_draws: int):
        self.point, self.draws = point, draws
        self.reference = reference_blocks(point, reference_draws)
        self.pair = draw_gradients(frozen.unbiased_estimator(point.net, 2), point, Memory(), draws)
        self.names, self.owner = (
            list(layer_parameters(point.params)),
            coordinate_layers(point.params),
        )

    def find(
        self, spec: EstimatorSpec, declared: Declaration, estimator: Estimator, memory: Memory
    ) -> EstimatorFindings:
        """Bias and variance are those before normalisation (its scale at one), the cosine that of
        the gradient as trained."""
        plain = baselines.unscaled_memory(memory)
        plain_draws = draw_gradients(estimator, self.point, plain, self.draws)
        same = equal_params(plain.running, memory.running)
        trained_draws = (
            plain_draws if same else draw_gradients(estimator, self.point, memory, self.draws)
        )
        u = [v[0] for v in frozen.stacked_noise(probe_noise(estimator, self.point), [0])]
        spent = cost.count_evaluations(
            estimator, self.point.net, self.point.params, memory, self.point.batch(0), u
        )
        work = spent.forward + 2 * spent.backward
        return EstimatorFindings(
            estimator=spec.model_dump(),
            declared=declared,
            forward=spent.forward,
            backward=spent.backward,
            seconds=positive_interval(jackknife_mean(plain_draws.seconds)),
            parts={
                part: self.figures(s, plain_draws, trained_draws, work)
                for part, s in gradient_parts(self.names).items()
            },
        )

    def figures(
        self, names: list[str], plain_draws: Blocks, trained_draws: Blocks, evaluations: float
    ) -> GradientQuantities:
        """Of the layers ``names``, each with its interval.

        ``plain_draws``: before normalisation; ``trained_draws``: as trained; ``evaluations``: of
        the cost, forward and twice backward, for one estimate.
        """
        some = [self.names.index(name) for name in names]
        mine = torch.isin(self.owner, torch.tensor(some))
        g, t, r, pair = (
            b.means[:, mine] for b in (plain_draws, trained_draws, self.reference, self.pair)
        )
        (latent, data), (latent2, data2) = (
            variance_parts(plain_draws, g, some),
            variance_parts(self.pair, pair, some),
        )
        variance, apart = latent + data, jackknife_pairs((g - r) @ (g - r).T)
        square, norm = jackknife_pairs(r @ r.T), jackknife_pairs(t @ t.T)
        return GradientQuantities(
            variance=positive_interval(variance),
            latent=positive_interval(latent),
            data=jackknife_interval(data),
            log_ratio=jackknife_interval(variance.log() - (latent2 + data2).log()),
            latent_log_ratio=jackknife_interval(latent.log() - latent2.log()),
            bias=root_interval(apart / square.where(square > 0, torch.nan)),
            cosine=cosine_interval(
                jackknife_interval(jackknife_pairs(t @ r.T) / (norm * square).sqrt())
            ),
            squared_error=positive_interval(variance + apart),
            signal_to_noise=jackknife_interval(jackknife_pairs(g @ g.T) / variance),
            work=positive_interval(variance * evaluations),
        )


def variance_parts(blocks: Blocks, means: Tensor, some: list[int]) -> tuple[Tensor, Tensor]:
    """Latent and data part of the variance: the law of total variance, both without bias."""
    latent = jackknife_mean(blocks.within[:, some].sum(1))
    between = jackknife_mean(means.square().sum(1)) - jackknife_pairs(means @ means.T)
    return latent, between - latent / blocks.draws
