"""Steps in JAX, compiled: of one seed, and vmapped over several.

What does not hang on the draws is computed once for all of them, as ours is.  The generator is
JAX's own: on a CPU ``rbg`` costs more.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from estimators.timing.programs import RATE
from estimators.timing.turns import Side

from .start import Start

Array = Any
BETAS, EPSILON = (0.9, 0.999), 1e-8


def log_prob(z: Array, a: Array) -> Array:
    """Of zeros and ones [..., n] at logits a: [...]."""
    return (z * a - jax.nn.softplus(a)).sum(-1)


def hard_values(u: Array, a: Array) -> Array:
    return lax.stop_gradient((u < jax.nn.sigmoid(a)).astype(a.dtype))


def straight_values(u: Array, a: Array) -> Array:
    """Hard, with the slopes of the probabilities."""
    p = jax.nn.sigmoid(a)
    return hard_values(u, a) + p - lax.stop_gradient(p)


def walk_up(params: Array, x: Array, mean: Array, noise: list[Array], pick: Any) -> Any:
    """(negative ELBO, log q), [K, B], of noise [K, B, n] for each layer."""
    below, coded, log_q, log_p = x, x - mean, 0.0, 0.0
    for l, u in enumerate(noise):
        a = coded @ params[f"q{l}.w"] + params[f"q{l}.b"]
        z = pick(u, a)
        log_q += log_prob(z, a)
        down = (2 * z - 1) @ params[f"p{l}.w"] + params[f"p{l}.b"]
        log_p += log_prob(below, down)
        below, coded = z, 2 * z - 1
    log_p += log_prob(below, params[f"p{len(noise)}.b"])
    return log_q - log_p, log_q


def leave_one_out(params: Array, x: Array, mean: Array, noise: list[Array]) -> Any:
    """(what to differentiate, mean cost)."""
    cost, log_q = walk_up(params, x, mean, noise, hard_values)
    draws = len(cost)
    gap = lax.stop_gradient(cost - cost.mean(0)) * draws / (draws - 1)
    return (gap * log_q + cost).mean(), cost.mean()


def straight_through(params: Array, x: Array, mean: Array, noise: list[Array]) -> Any:
    cost, _ = walk_up(params, x, mean, noise, straight_values)
    return cost.mean(), cost.mean()


OBJECTIVES = {"reinforce_loo": leave_one_out, "straight_through": straight_through}


def adam_step(params: Array, moments: Array, gradients: Array, t: Array) -> Any:
    """(parameters, moments)"""
    means = jax.tree.map(lambda m, g: BETAS[0] * m + (1 - BETAS[0]) * g, moments[0], gradients)
    squares = jax.tree.map(
        lambda v, g: BETAS[1] * v + (1 - BETAS[1]) * g * g, moments[1], gradients
    )
    rate = RATE / (1 - BETAS[0] ** t)
    scale = 1 - BETAS[1] ** t
    moved = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v / scale) + EPSILON), params, means, squares
    )
    return moved, (means, squares)


def make_step(name: str, start: Start) -> Callable[..., Any]:
    """(state, images, mean) -> (state, cost) of one seed."""
    size, objective = start.size, OBJECTIVES[name]

    def step(state: Any, images: Array, mean: Array) -> Any:
        params, moments, t, key = state
        key, which, *keys = jax.random.split(key, 2 + len(size.widths))
        x = images[jax.random.randint(which, (size.batch,), 0, len(images))]
        noise = [
            jax.random.uniform(k, (start.draws, size.batch, n))
            for k, n in zip(keys, size.widths, strict=True)
        ]
        gradients, cost = jax.grad(objective, has_aux=True)(params, x, mean, noise)
        params, moments = adam_step(params, moments, gradients, t)
        return (params, moments, t + 1, key), cost

    return step


def jax_side(name: str, start: Start, lanes: int) -> Side:
    """Of so many seeds: vmapped where they are several.  A call returns the cost [lanes]."""
    params = {k: jnp.asarray(v.numpy()) for k, v in start.params.items()}
    zeros = jax.tree.map(jnp.zeros_like, params)
    keys = jax.random.split(jax.random.key(0), lanes)
    one = (params, (zeros, zeros), jnp.ones(()))
    many = jax.tree.map(lambda x: jnp.repeat(x[None], lanes, 0), one)
    step = make_step(name, start)
    if lanes > 1:
        compiled = jax.jit(jax.vmap(step, (0, None, None)), donate_argnums=0)
        state = [(*many, keys)]
    else:
        compiled = jax.jit(step, donate_argnums=0)
        state = [(*jax.tree.map(lambda x: x[0], many), keys[0])]
    images, mean = jnp.asarray(start.images.numpy()), jnp.asarray(start.mean.numpy())

    def call() -> Array:
        state[0], cost = compiled(state[0], images, mean)
        return jax.block_until_ready(cost)

    return Side(call, lanes)


def timed_sides(name: str, start: Start, lanes: int) -> dict[str, Side]:
    return {
        f"JAX, {lanes} vmapped": jax_side(name, start, lanes),
        "JAX, one": jax_side(name, start, 1),
    }
