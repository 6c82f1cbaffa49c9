"""What an estimator's gradient is worth at frozen parameters: bias, variance and direction.

Means that are known from samples alone are never compared by the norm of their difference, which
counts their noise as bias: squares are estimated without it, from products of different draws.
Everything is of the gradient of the mean cost over the minibatch, however training reduces it.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import vmap

from .. import baselines, noise, registry
from ..chain import Params
from ..core import Estimator, Memory, Net, estimate_gradient
from ..devices import equal_params, to_host
from ..oracle import exact
from ..specs.score_function import VIMCO, ReinforceLOO
from ..specs.training import Measurement
from ..training.replaying import for_many_calls
from ..units import Discrete

# Blocks of draws, for the jackknife.
BLOCKS = 10
# Numbers that estimates taken together hold at once.
CHUNK = 2**22
# Numbers in float64 that are made of gradients at once: what stays in a cache.
PIECE = 2**16
# Sets of configurations that are still enumerated.
MOST_ENUMERATED = 2**12


class Draws(NamedTuple):
    """Sums over blocks of independent draws of a gradient."""

    totals: Tensor  # [blocks, P]
    squares: Tensor  # [blocks], of the draws' norms
    counts: Tensor  # [blocks]

    @property
    def n(self) -> float:
        return self.counts.sum().item()

    @property
    def mean(self) -> Tensor:
        return self.totals.sum(0) / self.n

    @property
    def variance(self) -> float:
        """Of one draw: the trace of its covariance."""
        return ((self.squares.sum() - self.n * self.mean.square().sum()) / (self.n - 1)).item()

    @property
    def square(self) -> float:
        """Unbiased for the squared norm of the expectation: pairs of different draws."""
        return self.mean.square().sum().item() - self.variance / self.n

    def without(self) -> list["Draws"]:
        """Leaves out each block in turn."""
        keep = ~torch.eye(len(self.counts), dtype=torch.bool)
        return [Draws(*[part[k] for part in self]) for k in keep]


class NoiselessGradient(NamedTuple):
    """A gradient without noise."""

    mean: Tensor  # [P]

    @property
    def square(self) -> float:
        return self.mean.square().sum().item()

    def without(self) -> list["NoiselessGradient"]:
        return []


def relative_gap(g: Draws, reference: Draws | NoiselessGradient) -> float:
    """Unbiased estimate of |E g - g*|^2, over that of |g*|^2."""
    apart = g.square - 2 * (g.mean @ reference.mean).item() + reference.square
    return apart / reference.square if reference.square > 0 else math.nan


def cosine_similarity(g: Draws, reference: Draws | NoiselessGradient) -> float:
    """Of E g and g*.  What sampling pushes beyond one is one; nan where a norm drowns in noise."""
    if not (g.square > 0 and reference.square > 0):
        return math.nan
    inner = (g.mean @ reference.mean).item()
    return max(-1.0, min(1.0, inner / math.sqrt(g.square * reference.square)))


def condense_sums(
    g: Draws, reference: Draws | NoiselessGradient
) -> tuple[Draws, Draws | NoiselessGradient]:
    """The same but for a rotation, in as many coordinates as they have rows: all that is asked of
    them is inner products, which one small matrix holds.  Of what is no number nothing is made."""
    other = reference.totals if isinstance(reference, Draws) else reference.mean[None]
    parts = (g.totals, other)
    inner = torch.cat([torch.cat([a @ b.T for b in parts], 1) for a in parts])
    if not inner.isfinite().all():
        return g, reference
    lengths, axes = torch.linalg.eigh(inner)
    rows = axes * lengths.clamp(min=0).sqrt()
    mine, others = rows.split([len(part) for part in parts])
    if isinstance(reference, Draws):
        return g._replace(totals=mine), reference._replace(totals=others)
    return g._replace(totals=mine), NoiselessGradient(others[0])


def jackknife_error(
    f: Callable[[Draws, Draws | NoiselessGradient], float],
    g: Draws,
    reference: Draws | NoiselessGradient,
) -> float:
    """Standard error of f(g, reference), which hangs on inner products alone: jackknife over the
    blocks of each (Tukey, 1958)."""
    g, reference = condense_sums(g, reference)
    replicas = [
        [f(part, reference) for part in g.without()],
        [f(g, part) for part in reference.without()],
    ]
    spread = [
        torch.tensor(r, dtype=torch.float64).var(correction=0).item() * (len(r) - 1)
        for r in replicas
        if r
    ]
    return math.sqrt(sum(spread))


def signed_root(square: float, deviation: float) -> tuple[float, float]:
    """Signed root of an estimate that may be negative, and an error on its scale: half the wider
    side of the interval of two standard errors, so that it still covers where the root is steep."""
    middle = root_with_sign(square)
    sides = [abs(root_with_sign(square + side * 2 * deviation) - middle) for side in (-1, 1)]
    return middle, max(sides) / 2


def root_with_sign(square: float) -> float:
    return math.copysign(math.sqrt(abs(square)), square)


def draw_blocks(
    estimator: Estimator,
    net: Net,
    params: Params,
    memory: Memory,
    batch: Params,
    seed: int,
    n: int,
    purpose: int = noise.ESTIMATE,
) -> Draws:
    """n estimates with memory as it is.  Draw i hangs on (seed, purpose, i) alone, so estimators
    share the noise that they both want."""
    shapes = estimator.noise(net, len(batch["x"]))
    uniforms = noise.Uniforms(shapes, [seed], batch["x"].dtype, purpose, batch["x"].device)
    one = vmap(lambda u: estimate_gradient(estimator, net, params, memory, batch, u).params)
    count = sum(p.numel() for p in params.values())
    size = max(sum(math.prod(shape) for shape in shapes), count)
    block = torch.arange(n) * BLOCKS // n
    zeros = partial(batch["x"].new_zeros, dtype=torch.float64)
    totals, squares = zeros((BLOCKS, count)), zeros(BLOCKS)
    chunks = torch.split(torch.arange(n), max(1, CHUNK // size))
    first = stacked_noise(uniforms, chunks[0].tolist())
    gradients = for_many_calls(one, len(chunks), first)
    for some in chunks:
        parts = [g.flatten(1) for g in gradients(stacked_noise(uniforms, some.tolist())).values()]
        spans = totals.split([part.shape[1] for part in parts], 1)
        for sums, part in zip(spans, parts, strict=True):
            add_gradients(sums, squares, block[some], part)
    return Draws(to_host(totals), to_host(squares), block.bincount().double())


def add_gradients(totals: Tensor, squares: Tensor, rows: Tensor, g: Tensor) -> None:
    """Adds gradients [n, p], and their squared lengths, to those rows [n] of sums in float64,
    [rows, p] and [rows]; rows ascend.  Few of them at a time are in float64."""
    some, counts = rows.unique_consecutive(return_counts=True)
    width = max(1, PIECE // len(g))
    for sums, part in zip(totals.split(width, 1), g.split(width, 1), strict=True):
        wide = part.double()
        squares.index_add_(0, rows.to(g.device), squared_lengths(wide))
        for row, of_row in zip(some.tolist(), wide.split(counts.tolist()), strict=True):
            sums[row] += of_row.sum(0)


def squared_lengths(g: Tensor) -> Tensor:
    """[n, P] -> [n], float64."""
    lengths: Tensor = torch.linalg.vector_norm(g, dim=1, dtype=torch.float64)
    return lengths.square()


def stacked_noise(uniforms: noise.Uniforms, indices: list[int]) -> list[Tensor]:
    """Noise of some estimates, [n, draws, B, ...] per shape."""
    stacked = [u.new_empty(len(indices), *u.shape[1:]) for u in uniforms.values]
    for row, i in enumerate(indices):
        for some, u in zip(stacked, uniforms.at(i), strict=True):
            some[row] = u[0]
    return stacked


def flat_gradient(tree: Params) -> Tensor:
    return torch.cat([g.flatten() for g in tree.values()])


def is_enumerable(net: Net) -> bool:
    """Whether the objective can be enumerated: every set of chains that its samples can be."""
    discrete = all(isinstance(unit, Discrete) for unit in net.units)
    return discrete and exact.configuration_count(net) ** net.bound <= MOST_ENUMERATED


def unbiased_estimator(net: Net, samples: int) -> Estimator:
    """Of the net's own objective: leave-one-out of so many samples; VIMCO on a bound."""
    if net.bound > 1:
        return registry.build_estimator(VIMCO())
    return registry.build_estimator(ReinforceLOO(draws=samples))


def reference_gradient(
    net: Net, params: Params, batch: Params, seed: int, n: int
) -> Draws | NoiselessGradient:
    """The gradient of the net's objective: enumerated where there are few configurations, else a
    mean of n estimates by leave-one-out with 8 draws (VIMCO where the objective is a bound)."""
    if is_enumerable(net):
        tree = exact.objective_gradient(net, params, batch)
        return NoiselessGradient(to_host(flat_gradient({k: tree[k] for k in params}).double()))
    return draw_blocks(
        unbiased_estimator(net, 8), net, params, Memory(), batch, seed, n, noise.REFERENCE
    )


class StepJudge(NamedTuple):
    """What every estimator at one point is held against, on one minibatch and the noise of one
    seed."""

    net: Net
    params: Params
    batch: Params
    seed: int
    draws: int
    pair: Draws  # leave-one-out with two draws; VIMCO on a bound
    truth: Draws | NoiselessGradient

    def figures(self, estimator: Estimator, memory: Memory) -> dict[str, float]:
        """Bias and variance are those of the estimate before normalisation (its scale at one), the
        cosine that of the gradient as trained.

        A new metric is a line here and a line of ``specs/series.py``; its series, of the run's own
        estimator and of shadows, follow.
        """
        where = (self.net, self.params)
        unscaled = baselines.unscaled_memory(memory)
        same = equal_params(unscaled.running, memory.running)
        plain = draw_blocks(estimator, *where, unscaled, self.batch, self.seed, self.draws)
        trained = (
            plain
            if same
            else draw_blocks(estimator, *where, memory, self.batch, self.seed, self.draws)
        )
        bias, bias_error = signed_root(
            relative_gap(plain, self.truth), jackknife_error(relative_gap, plain, self.truth)
        )
        return {
            "variance": plain.variance,
            "log_ratio": safe_log(plain.variance) - safe_log(self.pair.variance),
            "bias": bias,
            "bias_error": bias_error,
            "cosine": cosine_similarity(trained, self.truth),
        }


def step_judge(net: Net, params: Params, batch: Params, seed: int, spec: Measurement) -> StepJudge:
    """With the reference and leave-one-out measured on ``batch`` [B, ...] at ``params``."""
    pair = draw_blocks(unbiased_estimator(net, 2), net, params, Memory(), batch, seed, spec.draws)
    truth = reference_gradient(net, params, batch, seed, spec.reference_draws)
    return StepJudge(net, params, batch, seed, spec.draws, pair, truth)


def step_metrics(judge: StepJudge, estimator: Estimator, memory: Memory) -> dict[str, float]:
    """The series of a measured step, of the run's own estimator."""
    metrics = judge.figures(estimator, memory)
    return {f"gradient/{name}": value for name, value in metrics.items()} | {
        "gradient/variance_loo2": judge.pair.variance
    }


def shadow_metrics(
    judge: StepJudge, label: str, estimator: Estimator, memory: Memory
) -> dict[str, float]:
    """The series of a measured step, of an estimator that trains nothing."""
    return {
        f"shadow/{label}/{name}": value for name, value in judge.figures(estimator, memory).items()
    }


def safe_log(x: float) -> float:
    """NaN of what is negative: a variance that drowns in noise."""
    return math.log(x) if x > 0 else -math.inf if x == 0 else math.nan
