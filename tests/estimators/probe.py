"""What the oracle says of one estimator on one net, |z| and relative bias: mutants.py runs it in a
copy of the package, and the copy is what it imports."""

import json
import sys

import torch
from torch.func import vmap

from estimators import testing
from estimators.core import estimate_gradient
from estimators.measuring.moments import repeated_noise, sampled_moments
from estimators.registry import find_estimator
from estimators.specs.models import Bernoulli, SigmoidBeliefNet
from tests.estimators import published, published_deep

DRAWS, SHARED = 20_000, 500
DEEP = {"vae-2": SigmoidBeliefNet(layers=[Bernoulli(n=3), Bernoulli(n=2)])}


def exact_gradient(estimator, net: str) -> tuple[float, float]:
    at = testing.make_problem(testing.NETS[net])
    memories = testing.trial_memories(estimator, at).values()
    scaled = estimator.holds(testing.NETS[net]) == "all_up_to_scale"
    found = [testing.run_trial(estimator, at, memory, DRAWS, scaled=scaled) for memory in memories]
    return max((v.z, v.gap) for v in found)


def mean_of_another(estimator, net: str, other) -> tuple[float, float]:
    at = testing.make_problem(testing.NETS[net])
    one, two = (
        sampled_moments(e, *at[:2], testing.fresh_memory(e, at), at.batch, DRAWS, seed)
        for seed, e in enumerate((estimator, other))
    )
    gap = testing.flat_vector(one.mean) - testing.flat_vector(two.mean)
    error = ((testing.flat_vector(one.variance) + testing.flat_vector(two.variance)) / DRAWS).sqrt()
    z = (gap / error.clamp(min=1e-9)).abs().max()
    return z.item(), (gap.norm() / testing.flat_vector(two.mean).norm()).item()


def difference_of_its_cost(estimator, net: str, step: float = 1e-5) -> tuple[float, float]:
    """The gradient of a relaxed cost is its difference, noise held fixed."""
    at = testing.make_problem(testing.NETS[net])
    u = [u[0] for u in repeated_noise(estimator, at.net, at.batch, 1, seed=1)]
    follow = lambda params: estimate_gradient(
        estimator, at.net, params, testing.fresh_memory(estimator, at), at.batch, u
    )
    generator = torch.Generator().manual_seed(0)
    way = {k: torch.randn(p.shape, generator=generator).double() for k, p in at.params.items()}
    ends = [follow({k: p + s * way[k] for k, p in at.params.items()}).cost for s in (step, -step)]
    want = (ends[0] - ends[1]) / (2 * step)
    gap = sum((g * way[k]).sum() for k, g in follow(at.params).params.items()) - want
    return (gap.abs() / 1e-6).item(), (gap / want).abs().item()


def published_variance(estimator, net: str, formula: str) -> tuple[float, float]:
    """The variance of the encoder's gradient over equal uniforms, against that of the paper's
    formula: for slips that move no mean."""
    at = testing.make_problem(testing.NETS[net] if net in testing.NETS else DEEP[net])
    memory = list(testing.trial_memories(estimator, at).values())[-1]
    noise = repeated_noise(estimator, at.net, at.batch, SHARED, seed=1)
    source = published if len(noise) == 1 else published_deep
    kept = {**memory.learned, **memory.running}
    theirs = source.encoder_gradient(formula, at.params, at.batch["x"], kept)
    ours = lambda *u: estimate_gradient(estimator, *at[:2], memory, at.batch, list(u)).params
    one, two = vmap(ours)(*noise), vmap(theirs)(*noise)
    spread = [sum(g[k].var(0).sum().item() for k in two) for g in (one, two)]
    gap = abs(spread[0] / spread[1] - 1)
    return gap / 1e-9, gap


def main(name: str, net: str, settings: str, against: str) -> tuple[float, float]:
    estimator = find_estimator(name)(**json.loads("{" + settings + "}"))
    if not against:
        return exact_gradient(estimator, net)
    if against.startswith("published "):
        return published_variance(estimator, net, against.removeprefix("published "))
    if against == "itself, moved":
        return difference_of_its_cost(estimator, net)
    return mean_of_another(estimator, net, find_estimator(against)())


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(*main(*sys.argv[1:]))
