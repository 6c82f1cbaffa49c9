"""Control variates from a relaxed chain: what REBAR and RELAX share."""

import torch
from torch.func import grad


def corrected(unit, given, k, noise, control):
    """The gradient in the logits of layer k, [B, n, *p], with and without the control variate that
    ``control`` gives, [2, B, 1], at x and at x given the values."""
    z, a, (u, v) = given.z[k], given.logits[k], noise

    def difference(a):
        free, tied = control(torch.stack([unit.perturb(a, u), unit.perturb_given(a, z, v)]))
        return (free - tied).sum(), tied

    slope, tied = grad(difference, has_aux=True)(a)
    score = lambda signal: grad(lambda a: (signal * unit.log_prob(a, z)).sum())(a)  # signal: [B, 1]
    return score(given.to_go[k] - tied) + slope, score(given.to_go[k])


def relaxed(net, params, batch, k, x, noise, temperature, given):
    """The cost to go [2, B, 1] when layer k is the relaxation of x, and each above one of its own."""

    def pick(at, a):
        y = x if at.l == k else at.unit.perturb(a, at(noise)[0])
        return at.unit.soft(y, temperature[at.l])

    return net.walk(params, batch, pick, k, given).to_go[k]
