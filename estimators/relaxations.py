"""Control variates from a relaxed chain: what REBAR and RELAX share."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.func import grad

from .affine import network_params
from .chain import Chain, Params, Site
from .core import Net
from .units import Discrete, as_discrete


def corrected_gradient(
    unit: Discrete, trunk: Chain, k: int, noise: Tensor, control: Callable[[Tensor], Tensor]
) -> tuple[Tensor, Tensor]:
    """The gradient in the logits of layer k, [B, n, *p], with and without the control variate that
    ``control`` gives, [2, B, 1], at x and at x given the values.  ``noise`` is u and v, [2, B, n,
    *v]."""
    z, a, (u, v) = trunk.z[k], trunk.logits[k], noise

    def difference(a: Tensor) -> tuple[Tensor, Tensor]:
        free, tied = control(torch.stack([unit.perturb(a, u), unit.perturb_given(a, z, v)]))
        return (free - tied).sum(), tied

    slope, tied = grad(difference, has_aux=True)(a)
    # Of a signal [B, 1].
    score: Callable[[Tensor], Tensor] = lambda signal: grad(
        lambda a: (signal * unit.log_prob(a, z)).sum()
    )(a)
    return score(trunk.to_go[k] - tied) + slope, score(trunk.to_go[k])


def relaxed_cost(
    net: Net,
    params: Params,
    batch: Params,
    k: int,
    x: Tensor,
    noise: list[Tensor],
    temperature: Tensor,
    trunk: Chain,
) -> Tensor:
    """The cost to go [2, B, 1] when layer k is the relaxation of x, and each above one of
    its own."""

    def pick(site: Site, a: Tensor) -> Tensor:
        unit = as_discrete(site.unit)
        y = x if site.l == k else unit.perturb(a, site(noise)[0])
        return unit.soft(y, temperature[site.l])

    return net.walk(params, batch, pick, k, trunk).to_go[k]


def input_baselines(net: Net, hidden: int, generator: torch.Generator) -> Params:
    """Fresh baselines of the input, one for each layer and zero at first; none without hidden
    units."""
    learned: Params = {}
    for l in range(len(net.units) if hidden else 0):
        size = net.baseline_size(l)
        learned |= network_params(l, (size, hidden, 1), max(size, 1) ** -0.5, generator)
    return learned
