"""What makes a certificate stale, and what does not."""

import pytest

from estimators import registry
from estimators.oracle import problems
from estimators.oracle.canonical_code import canonical_code
from estimators.oracle.provenance import code_digest
from estimators.specs import ESTIMATORS

CODE = '''
"""A module."""
from functools import reduce

import torch
from torch import Tensor

RATE = 0.5

class Method(Base):
    draws: int = 2

    def estimate(self, net, u: Tensor, *, scale=1.0) -> Tensor:
        """What it does."""
        signals = [net.walk(x).cost for x in u if x is not None]  # why
        shift = lambda z, by=scale: z + by
        total: Tensor = reduce(torch.add, signals)
        try:
            if (left := total - RATE) > 0:
                total += left
        except ValueError as error:
            raise TypeError(str(error)) from error
        def inner(x):
            nonlocal total
            total = total * x
            return total
        return shift(inner(2), by=RATE) if total.any() else -shift(total)
'''
LIKE = [
    ("signals", "costs"),
    ("total", "every"),
    ("left", "rest"),
    ("error", "reason"),
    ("inner", "doubled"),
    (
        "[net.walk(x).cost for x in u if x is not None]",
        "[net.walk(v).cost for v in u if v is not None]",
    ),
    ("lambda z, by=scale: z + by", "lambda y, by=scale: y + by"),
    ('"""What it does."""', '"""Another."""'),
    ('        """What it does."""\n', ""),
    ('"""A module."""\n', ""),
    ("  # why", ""),
    ("u: Tensor, *, scale=1.0) -> Tensor", "u, *, scale: float = 1.0)"),
    ("total: Tensor = ", "total = "),
    ("(total)", "(\n            total,\n        )"),
    ("from torch import Tensor\n", "from torch import Tensor\nfrom typing import Any\n"),
]
UNLIKE = [
    ("RATE = 0.5", "RATE = 0.25"),
    ("scale=1.0", "scale=1"),
    ("z + by", "z - by"),
    ("torch.add", "torch.mul"),
    ("reduce(torch.add, signals)", "reduce(torch.add, u)"),
    ("net.walk(x)", "net.pass_over(x)"),
    (".cost", ".log_q"),
    ("draws: int = 2", "draws: float = 2"),
    ("by=RATE", "RATE"),
    ("scale", "factor"),
    ("by", "more"),
    ("nonlocal total\n", "total = 1\n"),
    ("for x in u if x is not None", "for x in u if net is not None"),
    ("inner(2)", "reduce(2)"),
    ("total += left", "left += total"),
    ("import torch\n", "import torch as reduce\n"),
]


@pytest.mark.parametrize("old, new", LIKE, ids=str)
def test_what_does_not_compute_is_not_code(old, new):
    assert old in CODE
    code = CODE.replace(old, new)
    if "Any" in new:
        code = code.replace("u: Tensor", "u: Any")
    assert canonical_code(code) == canonical_code(CODE)


@pytest.mark.parametrize("old, new", UNLIKE, ids=str)
def test_what_computes_is_code(old, new):
    assert old in CODE
    assert canonical_code(CODE.replace(old, new)) != canonical_code(CODE)


@pytest.mark.parametrize(
    "one, other",
    [
        # A variable of a comprehension hides a function of the module there only.
        ("def f(x):\n [g for g in x]\n return g(x)", "def f(x):\n [h for h in x]\n return h(x)"),
        # The first sequence of a comprehension is read outside it.
        ("def f(x): return [x for x in x]", "def f(x): return [y for y in y]"),
        # A method does not see what its class binds.
        ("class A:\n a = 1\n def f(s):\n  return a", "class A:\n b = 1\n def f(s):\n  return b"),
        ("def f():\n global a\n a = 1", "def f():\n global b\n b = 1"),
        ("def f():\n a = 1\n return locals()", "def f():\n b = 1\n return locals()"),
        ("def f():\n a, b = 1, 2\n return a - b", "def f():\n a, b = 1, 2\n return b - a"),
        ("def f():\n import a\n return a", "def f():\n import b\n return b"),
        ("f = lambda a, b: a - b\nf(a=1, b=2)", "f = lambda b, a: b - a\nf(a=1, b=2)"),
    ],
    ids=str,
)
def test_names_that_mean_another_thing_are_code(one, other):
    assert canonical_code(one) != canonical_code(other)


def test_variables_of_patterns_and_nested_scopes_may_change():
    code = "def f(x):\n match x:\n  case [{}, *{}] as {}: return [{} for {} in {}], {}, {}"
    assert canonical_code(code.format(*"abcddbca")) == canonical_code(code.format(*"stuvvtus"))


def test_a_net_of_the_oracle_is_code_once_it_is_there(tmp_path, monkeypatch):
    from estimators import nets

    class Thrown(problems.Polynomial):
        net = ("thrown_in", "ThrownIn")

    method = registry.build_estimator(ESTIMATORS["half"]())
    before = code_digest(method)
    file = tmp_path / "thrown_in.py"
    monkeypatch.setattr(nets, "__path__", [*nets.__path__, str(tmp_path)])
    monkeypatch.setitem(problems.NETS, "thrown", Thrown(layers=[problems.B(n=2)]))
    digests = [before]
    for text in ("SCALE = 1\n", "SCALE = 22\n"):
        file.write_text(text)
        digests.append(code_digest(method))
    file.write_text("# As before.\nSCALE = 22\n")
    assert len(set(digests)) == 3 and code_digest(method) == digests[-1]
