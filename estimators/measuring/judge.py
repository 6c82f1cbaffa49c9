"""One estimator against an unbiased reference, on many minibatches and the same noise for all.

With the mean of an estimator's draws on each minibatch as a row, all that is asked of its
expectation is a sum over pairs of different rows, which noise does not inflate; so is the bias,
from the rows less those of a reference on the same minibatches, whose own noise is thereby in the
interval.
"""

from typing import NamedTuple

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
    draw_gradients,
    layer_parameters,
    layer_products,
    layer_slices,
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


class Products(NamedTuple):
    """All that figures ask of an estimator's draws: inner products, by layer.

    ``within`` [M, L] and ``draws`` as in ``Blocks``.  Of the means on the minibatches, [L, M, M]:
    ``squares`` with each other, ``along`` with those of the reference.
    """

    within: Tensor
    draws: int
    squares: Tensor
    along: Tensor

    def of(self, layers: list[int]) -> tuple[Tensor, Tensor, Tensor]:
        """(within [M], squares [M, M], along [M, M]), summed over some layers."""
        return self.within[:, layers].sum(1), self.squares[layers].sum(0), self.along[layers].sum(0)


class ProbeJudge:
    """What every estimator at one point is compared with: the reference gradient, and leave-one-out
    with two draws (VIMCO on a bound), on the same minibatches."""

    def __init__(self, point: Point, draws: int, reference_draws: int):
        self.point, self.draws = point, draws
        self.names, self.slices = list(layer_parameters(point.params)), layer_slices(point.params)
        self.reference = reference_blocks(point, reference_draws)
        means = self.reference.means
        self.square = layer_products(means, means, self.slices)
        self.pair = self.products(frozen.unbiased_estimator(point.net, 2), Memory())

    def products(self, estimator: Estimator, memory: Memory) -> Products:
        return self.compare(draw_gradients(estimator, self.point, memory, self.draws))

    def compare(self, blocks: Blocks) -> Products:
        means = blocks.means
        return Products(
            blocks.within,
            blocks.draws,
            layer_products(means, means, self.slices),
            layer_products(means, self.reference.means, self.slices),
        )

    def find(
        self, spec: EstimatorSpec, declared: Declaration, estimator: Estimator, memory: Memory
    ) -> EstimatorFindings:
        """Bias and variance are those before normalisation (its scale at one), the cosine that of
        the gradient as trained."""
        plain = baselines.unscaled_memory(memory)
        blocks = draw_gradients(estimator, self.point, plain, self.draws)
        plain_draws, seconds = self.compare(blocks), blocks.seconds
        del blocks
        same = equal_params(plain.running, memory.running)
        trained_draws = plain_draws if same else self.products(estimator, memory)
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
            seconds=positive_interval(jackknife_mean(seconds)),
            parts={
                part: self.figures(s, plain_draws, trained_draws, work)
                for part, s in gradient_parts(self.names).items()
            },
        )

    def figures(
        self, names: list[str], plain: Products, trained: Products, evaluations: float
    ) -> GradientQuantities:
        """Of the layers ``names``, each with its interval.

        ``plain``: before normalisation; ``trained``: as trained; ``evaluations``: of the cost,
        forward and twice backward, for one estimate.
        """
        some = [self.names.index(name) for name in names]
        (latent, data), (latent2, data2) = (
            variance_parts(plain, some),
            variance_parts(self.pair, some),
        )
        _, inner, along_plain = plain.of(some)
        _, as_trained, along = trained.of(some)
        exact = self.square[some].sum(0)
        variance, apart = (
            latent + data,
            jackknife_pairs(inner - along_plain - along_plain.T + exact),
        )
        square, norm = jackknife_pairs(exact), jackknife_pairs(as_trained)
        return GradientQuantities(
            variance=positive_interval(variance),
            latent=positive_interval(latent),
            data=jackknife_interval(data),
            log_ratio=jackknife_interval(variance.log() - (latent2 + data2).log()),
            latent_log_ratio=jackknife_interval(latent.log() - latent2.log()),
            bias=root_interval(apart / square.where(square > 0, torch.nan)),
            cosine=cosine_interval(
                jackknife_interval(jackknife_pairs(along) / (norm * square).sqrt())
            ),
            squared_error=positive_interval(variance + apart),
            signal_to_noise=jackknife_interval(jackknife_pairs(inner) / variance),
            work=positive_interval(variance * evaluations),
        )


def variance_parts(products: Products, some: list[int]) -> tuple[Tensor, Tensor]:
    """Latent and data part of the variance of some layers: the law of total variance, both without
    bias."""
    within, inner, _ = products.of(some)
    latent, between = (
        jackknife_mean(within),
        jackknife_mean(inner.diagonal()) - jackknife_pairs(inner),
    )
    return latent, between - latent / products.draws
