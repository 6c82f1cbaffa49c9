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
from ..devices import equal_params, return_freed_memory, to_host
from ..oracle import exact
from ..specs.score_function import VIMCO, ReinforceLOO
from ..specs.training import Measurement
from ..training.replaying import for_many_calls
from ..units import Discrete
from .chunks import chunk_size
from .sums import add_tree

# Blocks of draws, for the jackknife.
BLOCKS = 10
# Numbers in gradients taken together.
CHUNK = 2**22
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

    def one(u: list[Tensor]) -> Params:
        return estimate_gradient(estimator, net, params, memory, batch, u).params

    count = sum(p.numel() for p in params.values())
    size = min(max(1, CHUNK // count), chunk_size(lambda: one([u[0] for u in uniforms.at(0)])))
    block = torch.arange(n) * BLOCKS // n
    zeros = partial(batch["x"].new_zeros, dtype=torch.float64)
    totals, squares = zeros((BLOCKS, count)), zeros(BLOCKS)
    chunks = torch.split(torch.arange(n), size)
    example = stacked_noise(uniforms, chunks[0].tolist())
    gradients = for_many_calls(vmap(one), len(chunks), example)
    del example
    for some in chunks:
        # Nothing here holds them: the next ones lie where they lay.
        add_tree(totals, squares, block[some], gradients(stacked_noise(uniforms, some.tolist())))
    del gradients
    return_freed_memory()
    return Draws(to_host(totals), to_host(squares), block.bincount().double())


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
    pair: float  # variance of leave-one-out with two draws; VIMCO on a bound
    truth: Draws | NoiselessGradient

    def figures(self, estimator: Estimator, memory: Memory) -> dict[str, float]:
        """Bias and variance are those of the estimate before normalisation (its scale at one), the
        cosine that of the gradient as trained.

        A new metric is a line here and a line of ``specs/series.py``; its series, of the run's own
        estimator and of shadows, follow.
        """
        unscaled = baselines.unscaled_memory(memory)
        plain = self.draw(estimator, unscaled)
        bias, bias_error = signed_root(
            relative_gap(plain, self.truth), jackknife_error(relative_gap, plain, self.truth)
        )
        variance = plain.variance
        if not equal_params(unscaled.running, memory.running):
            # Sums of two kinds of draws would take twice the memory.
            del plain
            plain = self.draw(estimator, memory)
        return {
            "variance": variance,
            "log_ratio": safe_log(variance) - safe_log(self.pair),
            "bias": bias,
            "bias_error": bias_error,
            "cosine": cosine_similarity(plain, self.truth),
        }

    def draw(self, estimator: Estimator, memory: Memory) -> Draws:
        at = (self.net, self.params, memory, self.batch, self.seed)
        return draw_blocks(estimator, *at, self.draws)


def step_judge(net: Net, params: Params, batch: Params, seed: int, spec: Measurement) -> StepJudge:
    """With the reference and leave-one-out measured on ``batch`` [B, ...] at ``params``."""
    two = unbiased_estimator(net, 2)
    pair = draw_blocks(two, net, params, Memory(), batch, seed, spec.draws).variance
    truth = reference_gradient(net, params, batch, seed, spec.reference_draws)
    return StepJudge(net, params, batch, seed, spec.draws, pair, truth)


def step_metrics(judge: StepJudge, estimator: Estimator, memory: Memory) -> dict[str, float]:
    """The series of a measured step, of the run's own estimator."""
    metrics = judge.figures(estimator, memory)
    return {f"gradient/{name}": value for name, value in metrics.items()} | {
        "gradient/variance_loo2": judge.pair
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
