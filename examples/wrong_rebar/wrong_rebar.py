"""REBAR as it is easily written: the relaxation given the values counts as a constant.

Its derivative in the logits is what makes the control variate's mean zero.  Without it the estimate
is biased, and varies less; the class declares what the paper proves, as whoever makes the slip
would.
"""

from typing import Literal

import torch
from torch.func import grad

from estimators.chain import detach_params, draw_values
from estimators.core import Estimate, remaining_share
from estimators.methods.rebar import REBAR
from estimators.relaxations import relaxed_cost


class WrongREBAR(REBAR):
    """Tucker et al., NeurIPS 2017, arXiv:1703.07370, with a derivative missing."""

    name: Literal["wrong_rebar"] = "wrong_rebar"

    def estimate(self, net, params, memory, batch, noise):
        chain = net.walk(params, batch, draw_values([u for u, _ in noise]))
        fixed, values = detach_params(params), chain.detach()
        eta, temperature = memory.learned["eta"], memory.learned["log_temperature"].exp()
        cost = surrogate = chain.cost.mean()
        tuning = 0.0
        for k in range(len(net.units)):
            control = lambda x: (
                eta[k] * relaxed_cost(net, fixed, batch, k, x, noise, temperature, values)
            )
            g, plain = corrected(net.units[k], values, k, noise[k], control)
            surrogate = surrogate + (g.detach() * chain.logits[k]).sum() / len(g)
            tuning = tuning + remaining_share(g, plain)
        return Estimate(surrogate, cost, {}, tuning)


def corrected(unit, chain, k, noise, control):
    """As in REBAR, [B, n, *p], with and without the control variate; here is the slip."""
    z, a, (u, v) = chain.z[k], chain.logits[k], noise
    constant = unit.perturb_given(a, z, v)

    def difference(a):
        free, tied = control(torch.stack([unit.perturb(a, u), constant]))
        return (free - tied).sum(), tied

    slope, tied = grad(difference, has_aux=True)(a)
    score = lambda signal: grad(lambda a: (signal * unit.log_prob(a, z)).sum())(a)
    return score(chain.to_go[k] - tied) + slope, score(chain.to_go[k])
