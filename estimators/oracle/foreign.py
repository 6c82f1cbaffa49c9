"""The oracle for code that is not ours: any function that returns a gradient of E[f(b)].

    def gradient(f, logits):        # f: [N, n] -> [N] costs, or [N, n, C] for classes, one-hot
        ...                         # logits: N copies, [N, n] or [N, n, C]
        return g                    # one estimate per copy, of the shape of logits

    print(certify(gradient, name="theirs").table())

The copies are alike and f treats each by itself, so that whatever adds up f(b) and differentiates
it in the logits gives N independent estimates at once.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.func import grad

from ..specs.base import Property
from ..specs.certificates import Certificate, Row
from ..units import Bernoulli, Categorical, Discrete

Cost = Callable[[Tensor], Tensor]  # [..., n, *v] -> [...]
UNITS: dict[str, Discrete] = {"bernoulli": Bernoulli(3), "categorical": Categorical(2, 3)}
ENOUGH = {"all": 4, "quadratic": 2, "quadratic_per_unit": 2, "linear": 1, "none": 0}
Z = 4.8


def cost_functions(unit: Discrete) -> dict[str, tuple[int, Cost]]:
    """By name, with their degrees; the network counts as above all."""
    g = torch.Generator().manual_seed(0)
    size = len(unit.flat(torch.zeros(unit.shape)))
    c, w = (torch.randn(*s, generator=g, dtype=torch.float64) for s in ((size,), (size, 5)))
    polynomial: Callable[[int], Cost] = lambda d: lambda z: (unit.flat(z) @ c - 0.3) ** d
    network = lambda z: (unit.flat(z) @ w).tanh().sum(-1).square()
    named = {"linear": 1, "quadratic": 2, "cubic": 3}
    return {k: (d, polynomial(d)) for k, d in named.items()} | {"network": (4, network)}


def certify_function(
    gradient: Callable[[Cost, Tensor], Tensor],
    family: str = "bernoulli",
    unbiased_for: Property = "all",
    draws: int = 100_000,
    seed: int = 0,
    name: str = "foreign",
) -> Certificate:
    """Draws come from the function's own generator; torch's is seeded.  Evaluations are not
    counted.  Raises ValueError where what comes back has not the shape of the logits."""
    unit = UNITS[family]
    shape = (unit.n, *unit.parameter)
    logits = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    torch.manual_seed(seed)
    rows = []
    for cost, (degree, f) in cost_functions(unit).items():
        copies = logits.expand(draws, *shape).clone()
        g = one_per_copy(gradient(f, copies), copies)
        rows.append(
            function_row(
                cost, degree <= ENOUGH[unbiased_for], g, *reference_gradient(unit, logits, f)
            )
        )
    return Certificate(
        estimator={"name": name, "family": family, "unbiased_for": unbiased_for}, rows=rows
    )


def one_per_copy(g: Tensor, copies: Tensor) -> Tensor:
    """Raises ValueError: a sum or a mean over the copies would be compared as if it were one."""
    if not isinstance(g, Tensor) or g.shape != copies.shape:
        shape = list(g.shape) if isinstance(g, Tensor) else type(g).__name__
        raise ValueError(
            f"One estimate for each copy of the logits is wanted, {list(copies.shape)}; what came "
            f"back is {shape}."
        )
    return g.detach()


def function_row(cost: str, promised: bool, g: Tensor, want: Tensor, variance: float) -> Row:
    broken = int((~g.isfinite()).flatten(1).any(1).sum())
    if broken:
        return broken_row(cost, promised, len(g), broken)
    mean, standard = g.mean(0), (g.var(0) / len(g)).sqrt()
    gap, size = mean - want, want.norm()
    z = (gap / standard.clamp(min=1e-9)).abs().max().item()
    off, error = (gap.norm() / size).item(), (standard.norm() / size).item()
    bias, biased = max(off**2 - error**2, 0.0) ** 0.5, promised and z >= Z
    return Row(
        net=cost,
        promised=promised,
        draws=len(g),
        z=z,
        bias=bias,
        interval=(max(off - 1.96 * error, 0.0), off + 1.96 * error),
        variance_ratio=g.var(0).sum().item() / variance,
        forward=0,
        backward=0,
        kept=not biased,
        faults=("biased, where it promises not to be",) if biased else (),
    )


def broken_row(cost: str, promised: bool, draws: int, broken: int) -> Row:
    return Row(
        net=cost,
        promised=promised,
        draws=draws,
        z=None,
        bias=None,
        interval=None,
        variance_ratio=None,
        forward=0,
        backward=0,
        kept=False,
        faults=(f"not finite: {broken} of {draws} estimates",),
    )


def reference_gradient(unit: Discrete, a: Tensor, f: Cost) -> tuple[Tensor, float]:
    """The exact gradient of E[f], and the variance of leave-one-out with two draws."""
    support = unit.support().to(a)
    index = torch.cartesian_prod(*[torch.arange(len(support))] * unit.n).reshape(-1, unit.n)
    z = support[index]  # [S, n, *v]
    log_q: Cost = lambda a: unit.log_prob(a, z).sum(-1)
    want = grad(lambda a: (log_q(a).exp() * f(z)).sum())(a)
    score = torch.func.jacrev(log_q)(a)  # [S, n, *p]
    pairs = torch.cartesian_prod(*[torch.arange(len(z))] * 2)
    gap, ends = f(z)[pairs] @ torch.tensor([0.5, -0.5]).to(a), score[pairs]
    g = torch.einsum("s,s...->s...", gap, ends[:, 0] - ends[:, 1])
    weights = log_q(a).exp()[pairs].prod(-1)
    return want, torch.einsum("s,s...->", weights, (g - want).square()).item()
