"""Published estimators of one layer of Bernoulli units, written from their papers' formulas in
plain torch: nothing here calls the package.

``f`` of values b [..., n] is -ELBO of one example, ``a`` [n] are the encoder's logits, which f
holds fixed.  ``u`` are uniforms [K, n]; a unit is 1 where u > 1 - p.  Each function returns the
estimate of the derivative of E[f] in the logits, [n]: no paper keeps the derivative of log q(b)
in them, of which the mean is zero.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.func import grad

Cost = Callable[[Tensor], Tensor]  # [..., n] -> [...]
Weights = dict[str, Tensor]


def log_bernoulli(a: Tensor, b: Tensor) -> Tensor:
    a, b = torch.broadcast_tensors(a, b)
    return -F.binary_cross_entropy_with_logits(a, b, reduction="none").sum(-1)


def negative_elbo(p: Weights, a: Tensor, x: Tensor) -> Cost:
    """log q(b|x) - log p(x|b) - log p(b): maps p0 from b to x, prior p1.b."""
    a = a.detach()
    return lambda b: (
        log_bernoulli(a, b)
        - log_bernoulli(b @ p["p0.w"] + p["p0.b"], x)
        - log_bernoulli(p["p1.b"], b)
    )


def values(a: Tensor, u: Tensor) -> Tensor:
    return (u > 1 - torch.sigmoid(a)).to(a.dtype)


def leave_one_out(f: Cost, a: Tensor, u: Tensor, memory: Weights) -> Tensor:
    """Kool, van Hoof, Welling 2019: 1/K sum of (f_k - mean of the others' f) times the score."""
    b, p = values(a, u), torch.sigmoid(a)
    costs, K = f(b), len(u)
    baseline = (costs.sum() - costs) / (K - 1)
    return ((costs - baseline).unsqueeze(-1) * (b - p)).mean(0)


def arm(f: Cost, a: Tensor, u: Tensor, memory: Weights) -> Tensor:
    """Yin and Zhou 2019, theorem 1: (f(1[u > sigmoid(-a)]) - f(1[u < sigmoid(a)])) (u - 1/2)."""
    (u,) = u
    one, two = (u > torch.sigmoid(-a)).to(a), (u < torch.sigmoid(a)).to(a)
    return (f(one) - f(two)) * (u - 0.5)


def disarm(f: Cost, a: Tensor, u: Tensor, memory: Weights) -> Tensor:
    """Dong, Mnih, Tucker 2020, eq. 4: half of (f(b) - f(b~)) (-1)^b~ 1[b != b~] sigmoid(|a|); the
    mean over pairs."""
    b, twin = mirrored_values(a, u)
    sign = (1 - 2 * twin) * (b != twin)
    return ((f(b) - f(twin)).unsqueeze(-1) * sign * torch.sigmoid(a.abs()) / 2).mean(0)


def mirrored_values(a: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
    p = torch.sigmoid(a)
    return (1 - u < p).to(a), (u < p).to(a)


def copula_values(a: Tensor, u: Tensor) -> Tensor:
    """n draws of each unit by the Dirichlet copula, no two of them alike."""
    n, p, e = len(u), torch.sigmoid(a), -torch.log(u)
    copula = (1 - e / e.sum(0)) ** (n - 1)
    return (torch.where(p < 0.5, copula, 1 - copula) < p).to(a)


def arms(f: Cost, a: Tensor, u: Tensor, memory: Weights) -> Tensor:
    """Dimitriev and Zhou 2021, by the Dirichlet copula: leave-one-out, over 1 less the correlation
    of two draws of a unit."""
    n, p, b = len(u), torch.sigmoid(a), copula_values(a, u)
    joint = lambda p: torch.clamp(2 * p ** (1 / (n - 1)) - 1, min=0) ** (n - 1)
    both = torch.where(p < 0.5, joint(p), 2 * p - 1 + joint(1 - p))
    correlation = (both - p**2) / (p * (1 - p))
    costs = f(b)
    signal = (costs - costs.mean()).unsqueeze(-1) * n / (n - 1)
    return (signal * (b - p)).mean(0) / (1 - correlation)


def double_cv(f: Cost, a: Tensor, u: Tensor, memory: Weights) -> Tensor:
    """Titsias and Shi 2022: each linear term has the mean slope of the other draws, and each draw
    is judged against the others' mean, linear terms included."""
    b, p, alpha, K = values(a, u), torch.sigmoid(a), memory["alpha"][0], len(u)
    slope, costs = grad(lambda b: f(b).sum())(b), f(b)
    total = 0.0
    others = [alpha * sum(slope[j] for j in range(K) if j != k) / (K - 1) for k in range(K)]
    judged = [costs[k] + others[k] @ (b[k] - p) for k in range(K)]
    for k in range(K):
        baseline = sum(judged[j] for j in range(K) if j != k) / (K - 1)
        total = total + (judged[k] - baseline) * (b[k] - p) - others[k] * p * (1 - p)
    return total / K


def rodeo(f: Cost, a: Tensor, u: Tensor, memory: Weights) -> Tensor:
    """Shi et al. 2022: (A h)(b) = 1/D sum over flips of q(flip | rest) (h(flipped) - h(b)); the
    surrogates of draw k are means over the others of H(f_j, slope_j (b - b_j))."""
    b, p, K = values(a, u), torch.sigmoid(a), len(u)
    costs, slope = f(b), grad(lambda b: f(b).sum())(b)

    def surrogate(k: int, which: int, at: Tensor) -> Tensor:
        total = 0.0
        for j in set(range(K)) - {k}:
            linear = slope[j] @ (at - b[j])
            hidden = torch.stack([costs[j], linear]) @ memory["in0.w"] + memory["in0.b"]
            out = F.leaky_relu(hidden) @ memory["out0.w"] + memory["out0.b"]
            total = total + (costs[j] + linear + out[which]) / (K - 1)
        return total

    def stein(h: Callable[[Tensor], Tensor], at: Tensor) -> Tensor:
        total = 0.0
        for i in range(len(at)):
            unit = torch.eye(len(at)).to(at)[i]
            flipped = at + unit * (1 - 2 * at)
            q = (unit * torch.where(at > 0, 1 - p, p)).sum()
            total = total + q * (h(flipped) - h(at)) / len(at)
        return total

    first = [stein(lambda z, k=k: surrogate(k, 0, z), b[k]) for k in range(K)]
    judged = costs + memory["alpha"][0] * torch.stack(first)
    total = 0.0
    for k in range(K):
        baseline = (judged.sum() - judged[k]) / (K - 1)
        second = stein(lambda z, k=k: surrogate(k, 1, z) * (z - p), b[k])
        total = total + (costs[k] - baseline) * (b[k] - p) + memory["beta"][0] * second
    return total / K


def relaxed(f: Cost, a: Tensor, u: Tensor, scale: Tensor, control: Callable) -> Tensor:
    """Tucker et al. 2017 and Grathwohl et al. 2018: c at the relaxed value z, and at z given b, of
    which the conditional uniform hangs on the logits."""
    u, v = u
    p = torch.sigmoid(a)
    b = (a + torch.logit(u) > 0).to(a)

    def free(a: Tensor) -> Tensor:
        return control(a + torch.logit(u))

    def tied(a: Tensor) -> Tensor:
        p = torch.sigmoid(a)
        return control(a + torch.logit(b * (v * p + 1 - p) + (1 - b) * v * (1 - p)))

    score = (f(b) - scale * tied(a)) * (b - p)
    return score + scale * (grad(free)(a) - grad(tied)(a))


def rebar(f: Cost, a: Tensor, u: Tensor, memory: Weights) -> Tensor:
    """With a baseline of the input x, where there is one: no derivative passes it."""
    temperature, eta = memory["log_temperature"][0].exp(), memory["eta"][0]
    g = relaxed(f, a, u, eta, lambda z: f(torch.sigmoid(z / temperature)))
    if "in0.w" not in memory:
        return g
    hidden = torch.tanh(memory["x"] @ memory["in0.w"] + memory["in0.b"])
    baseline = (hidden @ memory["out0.w"] + memory["out0.b"]).sum()
    return g - baseline * ((a + torch.logit(u[0]) > 0).to(a) - torch.sigmoid(a))


def relax(f: Cost, a: Tensor, u: Tensor, memory: Weights) -> Tensor:
    """With a network of the relaxed value and of the input x, ``memory["x"]``."""
    temperature = memory["log_temperature"][0].exp()

    def control(z: Tensor) -> Tensor:
        soft = torch.sigmoid(z / temperature)
        seen = torch.cat([soft, memory["x"]])
        hidden = torch.tanh(seen @ memory["in0.w"] + memory["in0.b"])
        return memory["eta"][0] * f(soft) + (hidden @ memory["out0.w"] + memory["out0.b"]).sum()

    return relaxed(f, a, u, torch.ones(()), control)


def nvil(f: Cost, a: Tensor, u: Tensor, memory: Weights) -> Tensor:
    """Mnih and Gregor 2014: less a running mean and a baseline of x, over a running deviation where
    that exceeds one."""
    (b,), p = values(a, u), torch.sigmoid(a)
    hidden = torch.tanh(memory["x"] @ memory["in0.w"] + memory["in0.b"])
    baseline = (hidden @ memory["out0.w"] + memory["out0.b"]).sum() + memory["mean0"].sum()
    return (f(b) - baseline) / memory["var0"].sqrt().clamp(min=1) * (b - p)


def vimco(f: Cost, a: Tensor, u: Tensor, memory: Weights) -> Tensor:
    """Mnih and Rezende 2016, eqs. 6 to 10.  In a bound of several samples the derivative of log q
    has a weight, the normalised one, hence a mean, and stays."""
    b, p, K = values(a, u), torch.sigmoid(a), len(u)
    log_w = -f(b)
    likelihood = torch.exp(log_w).mean().log()
    total = 0.0
    for k in range(K):
        rest = (log_w.sum() - log_w[k]) / (K - 1)
        without = ((log_w.exp().sum() - log_w[k].exp() + rest.exp()) / K).log()
        share = log_w[k].exp() / log_w.exp().sum()
        total = total - (likelihood - without - share) * (b[k] - p)
    return total


def local_expectation(f: Cost, a: Tensor, u: Tensor, memory: Weights) -> Tensor:
    """Titsias and Lazaro-Gredilla 2015: p (1 - p) (f with the unit at 1, less f with it at 0)."""
    (b,), p, eye = values(a, u), torch.sigmoid(a), torch.eye(len(a)).to(a)
    return p * (1 - p) * (f(b * (1 - eye) + eye) - f(b * (1 - eye)))


def paid_values(formula: str, a: Tensor, u: Tensor) -> Tensor:
    """All values of which the cost is asked, [draws, n]."""
    if formula in ("arm", "disarm"):
        return torch.cat(mirrored_values(a, u))
    return copula_values(a, u)


def decoder_gradient(formula: str, p: Weights, x: Tensor) -> Callable:
    """Function of uniforms [K, B, n] to the gradient of the cost in the decoder's map, its mean
    over all values that are paid for and over images."""

    def cost(p: Weights, u: Tensor) -> Tensor:
        logits = x @ p["q0.w"] + p["q0.b"]
        each = [
            negative_elbo(p, a, image)(paid_values(formula, a, u[:, b])).mean()
            for b, (image, a) in enumerate(zip(x, logits, strict=True))
        ]
        return torch.stack(each).mean()

    return lambda u: {k: v for k, v in grad(cost)(p, u).items() if k.startswith("p")}


def encoder_gradient(formula: str, p: Weights, x: Tensor, memory: Weights) -> Callable:
    """Function of uniforms [K, B, n] to the gradient of the mean over images x [B, i] in the
    encoder's map, {"q0.w": [i, n], "q0.b": [n]}.  A formula's name may end in words on its
    settings: leave_one_out_of_four."""
    one = globals()[formula.split("_of_")[0]]

    def encoder(u: Tensor) -> Weights:
        logits = x @ p["q0.w"] + p["q0.b"]
        each = [
            one(negative_elbo(p, a, image), a, u[:, b], {**memory, "x": image})
            for b, (image, a) in enumerate(zip(x, logits, strict=True))
        ]
        g = torch.stack(each) / len(x)
        return {"q0.w": x.T @ g, "q0.b": g.sum(0)}

    return encoder
