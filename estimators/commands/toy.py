"""E[(b - t)^2] of one Bernoulli unit: exact bias and variance of every estimator that can be
enumerated or integrated, what it learns at its optimum."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..arguments import toy_parser
from ..oracle.toys import ROUNDING, Row, toy_table
from ..specs import ESTIMATORS, Estimator
from ..specs.base import Signal
from ..specs.control_variates import REBAR, RELAX, RODEO, MuProp
from ..specs.score_function import Reinforce, ReinforceLOO

CENTRED = Signal(centre=True)
VARIANTS: list[Estimator] = [
    Reinforce(),
    Reinforce(signal=CENTRED),
    ReinforceLOO(draws=2),
    ReinforceLOO(draws=4),
    MuProp(signal=Signal()),
    MuProp(signal=CENTRED),
    MuProp(signal=CENTRED, learned_scale=True),
    REBAR(),
    REBAR(input_dependent=5),
    RELAX(hidden=10),
    RODEO(hidden=10),
]
# Variances below it are rounding.
NOTHING = 1e-20
# (p, t), as papers print them.
SETTINGS = ((0.2, 0.499), (0.5, 0.45), (0.5, 0.49))
WHY = """\
MuProp's linear term has the slope of (x - t)^2 at x = p, 2 (p - t).  At p = 0.2 and t = 0.499 that
is -0.6, while the costs at 0 and at 1 differ by 0.002: it takes away what was not there, and what
is left, (b - p)^2, is 10^5 times noisier than what a baseline leaves.  At p = 0.5 that is constant,
and a baseline takes it; a learned scale gives the linear term up.  REBAR's relaxed cost has no
baseline, and nearly all of this cost is one constant: the optimum found from its start hardly
helps, or lies where the relaxation is flat, at a temperature of 100; a baseline in its control
variate does.  Learned: by L-BFGS from the start values, on each estimator's own criterion."""


def toy_estimators() -> list[Estimator]:
    """The variants worth telling apart here, and all others at their defaults."""
    return [
        *VARIANTS,
        *[cls.model_validate({}) for cls in ESTIMATORS.values() if cls not in map(type, VARIANTS)],
    ]


def toy_label(estimator: Mapping[str, Any]) -> str:
    """Its name, and what sets it apart from others of the name."""
    signal = [k for k, v in estimator.get("signal", {}).items() if v is True]
    scaled = ["learned scale"] if estimator.get("learned_scale") else []
    counts = ("draws", "pairs", "hidden", "input_dependent")
    settings = [f"{k} {estimator[k]}" for k in counts if estimator.get(k)]
    return " ".join([estimator["name"], *signal, *scaled, *settings]).replace("_dependent", "")


def toy_text(rows: Sequence[Row], p: float, t: float) -> str:
    """One setting's rows as a table."""
    head = (
        f"E[(b - {t})^2], p = {p}: gradient in the logit {rows[0].gradient:.6g}, exactly\n\n"
        f"{'estimator':34s} {'relative bias':>24s} {'variance':>12s} forward backward  learned"
    )
    return "\n".join([head, *map(row_text, rows)])


def row_text(row: Row) -> str:
    bias = f"{row.bias:,.1%}" if row.bias else f"none seen, under {ROUNDING:.3%}"
    learned = [f"{k} {v:.3g}" for k, v in row.reached.items()]
    if row.optimal is False:
        learned.append("not at its optimum")
    name, cost = toy_label(row.estimator), f"{row.forward:7g} {row.backward:8g}"
    variance = row.variance if row.variance > NOTHING else 0.0
    return f"{name:34s} {bias:>24s} {variance:12.6g} {cost}  {', '.join(learned)}".rstrip()


def asked_settings(p: float | None, t: float | None) -> Sequence[tuple[float, float]]:
    """Those of the papers, if nothing is said."""
    if p is None and t is None:
        return SETTINGS
    first = SETTINGS[0]
    return [(first[0] if p is None else p, first[1] if t is None else t)]


def main(arguments: list[str]) -> int:
    options = toy_parser().parse_args(arguments)
    estimators = options.estimators or toy_estimators()
    tables = {(p, t): toy_table(estimators, p, t) for p, t in asked_settings(options.p, options.t)}
    if options.json:
        rows = [{"p": p, "t": t} | r._asdict() for (p, t), some in tables.items() for r in some]
        print(json.dumps(rows, indent=1))
        return 0
    print("\n\n".join([*(toy_text(rows, *at) for at, rows in tables.items()), WHY]))
    return 0
