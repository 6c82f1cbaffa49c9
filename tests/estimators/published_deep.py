"""Published estimators of two layers of Bernoulli units, in plain torch: see ``published``.

What is typical here is the road of derivatives through log q of the layer above.
"""

import torch
from torch.func import grad

from .published import log_bernoulli, values


class Deep:
    """q(y|x) q(z|y), p(z) p(y|z) p(x|y): one example's costs."""

    def __init__(self, params, x):
        self.p, self.x = params, x
        self.a = self.map("q0", x)

    def map(self, name, v):
        return v @ self.p[f"{name}.w"] + self.p[f"{name}.b"]

    def above(self, y):
        """The logits of z."""
        return self.map("q1", y)

    def cost(self, y, z):
        q = log_bernoulli(self.a, y) + log_bernoulli(self.above(y), z)
        p = log_bernoulli(self.map("p0", y), self.x) + log_bernoulli(self.map("p1", z), y)
        return q - p - log_bernoulli(self.p["p2.b"], z)

    def later(self, y, z):
        """What z can still change."""
        q, p = log_bernoulli(self.above(y), z), log_bernoulli(self.map("p1", z), y)
        return q - p - log_bernoulli(self.p["p2.b"], z)


def muprop(net, u, memory):
    """Gu et al. 2016, algorithm 1: total derivatives through the mean-field trunk, means at the
    sampled parents."""
    y = values(net.a, u[0][0])
    z = values(net.above(y), u[1][0])
    m = torch.sigmoid(net.a)
    trunk = lambda y: net.cost(y, torch.sigmoid(net.above(y)))
    in_y = grad(trunk)(m)
    n = torch.sigmoid(net.above(m))
    in_z = grad(lambda z: net.later(m, z))(n)
    mean = memory
    first = net.cost(y, z) - trunk(m) - in_y @ (y - m) - mean["mean0"].sum()
    second = net.later(y, z) - net.later(m, n) - in_z @ (z - n) - mean["mean1"].sum()
    p, q = torch.sigmoid(net.a), torch.sigmoid(net.above(y))
    return [first * (y - p) + in_y * p * (1 - p)], [second * (z - q) + in_z * q * (1 - q)], [y]


def double_cv(net, u, memory):
    """Titsias and Shi 2022, layer by layer: slopes are those of the whole cost."""
    alpha, p = memory["alpha"], torch.sigmoid(net.a)
    y = values(net.a, u[0])
    a = net.above(y)
    z, q = values(a, u[1]), torch.sigmoid(a)
    in_y, in_z = grad(lambda y, z: net.cost(y, z).sum(), (0, 1))(y, z)
    first, second = net.cost(y, z), net.later(y, z)
    other_y, other_z = alpha[0] * in_y.flip(0), alpha[1] * in_z.flip(0)
    first = first + (other_y * (y - p)).sum(-1)
    second = second + (other_z * (z - q)).sum(-1)
    one = (first - first.flip(0)).unsqueeze(-1) * (y - p) - other_y * p * (1 - p)
    two = (second - second.flip(0)).unsqueeze(-1) * (z - q) - other_z * q * (1 - q)
    return one / 2, two / 2, y


def rebar(net, u, memory):
    """Tucker et al. 2017, one switch from hard to soft for each layer, relaxed from there up."""
    eta, heat = memory["eta"], memory["log_temperature"].exp()
    (u0, v0), (u1, v1) = u
    y = values(net.a, u0)
    z = values(net.above(y), u1)

    def tied(a, b, v):
        p = torch.sigmoid(a)
        return a + torch.logit(b * (v * p + 1 - p) + (1 - b) * v * (1 - p))

    def soft(x):
        """The cost when y is relaxed, and z above it."""
        y = torch.sigmoid(x / heat[0])
        return net.cost(y, torch.sigmoid((net.above(y) + torch.logit(u1)) / heat[1]))

    free = grad(lambda a: soft(a + torch.logit(u0)))(net.a)
    given = grad(lambda a: soft(tied(a, y, v0)))(net.a)
    p = torch.sigmoid(net.a)
    score = (net.cost(y, z) - eta[0] * soft(tied(net.a, y, v0))) * (y - p)
    one = score + eta[0] * (free - given)

    fixed = net.above(y).detach()
    top = lambda x: (
        log_bernoulli(fixed, torch.sigmoid(x / heat[1]))
        - log_bernoulli(net.map("p1", torch.sigmoid(x / heat[1])), y)
        - log_bernoulli(net.p["p2.b"], torch.sigmoid(x / heat[1]))
    )
    free = grad(lambda a: top(a + torch.logit(u1)))(fixed)
    given = grad(lambda a: top(tied(a, z, v1)))(fixed)
    score = (net.later(y, z) - eta[1] * top(tied(fixed, z, v1))) * (z - torch.sigmoid(fixed))
    return [one], [score + eta[1] * (free - given)], [y]


def encoder_gradient(name, params, x, memory):
    """Function of the uniforms [K, B, n] of both layers to the gradient of the mean over images x
    [B, i] in both maps of the encoder."""

    formula = globals()[name]

    def gradients(u, v):
        total, size = {}, len(x)
        for b, image in enumerate(x):
            net = Deep(params, image)
            first, second, below = formula(net, [u[:, b], v[:, b]], memory)
            for l, parts in enumerate(
                (zip([image] * len(first), first, strict=True), zip(below, second, strict=True))
            ):
                for i, g in parts:
                    w, b_ = torch.outer(i, g) / size, g / size
                    total[f"q{l}.w"] = total.get(f"q{l}.w", 0.0) + w
                    total[f"q{l}.b"] = total.get(f"q{l}.b", 0.0) + b_
        return total

    return gradients
