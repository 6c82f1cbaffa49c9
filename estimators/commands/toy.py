"""E[(b - t)^2] of one Bernoulli unit: exact bias and variance of every estimator that can be
enumerated."""

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from ..oracle.toys import toy_table
from ..specs import ESTIMATORS, AnyEstimator, Estimator
from ..specs.base import Signal
from ..specs.control_variates import MuProp
from ..specs.score_function import Reinforce, ReinforceLOO

CENTRED = Signal(centre=True)
VARIANTS: list[Estimator] = [
    Reinforce(),
    Reinforce(signal=CENTRED),
    ReinforceLOO(draws=2),
    ReinforceLOO(draws=4),
    MuProp(signal=Signal()),
    MuProp(signal=CENTRED),
]


def toy_estimators() -> list[Estimator]:
    """The variants worth telling apart here, and all others at their defaults."""
    return [
        *VARIANTS,
        *[cls.model_validate({}) for cls in ESTIMATORS.values() if cls not in map(type, VARIANTS)],
    ]


def parse_estimators(text: str) -> Sequence[Estimator]:
    """Raises ValidationError."""
    return TypeAdapter(list[AnyEstimator]).validate_json(text)


def toy_label(estimator: Mapping[str, Any]) -> str:
    """Its name, and what sets it apart from others of the name."""
    signal = [k for k, v in estimator.get("signal", {}).items() if v and k != "decay"]
    draws = [f"{k} {estimator[k]}" for k in ("draws",) if k in estimator]
    return " ".join([estimator["name"], *signal, *draws])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="toy", description=__doc__)
    parser.add_argument("-p", type=float, default=0.2, help="probability of b")
    parser.add_argument("-t", type=float, default=0.499, help="target")
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.add_argument(
        "--estimators", metavar="JSON", help="a list of estimator specs; all if not said"
    )
    options = parser.parse_args(arguments)
    rows = toy_table(
        parse_estimators(options.estimators) if options.estimators else toy_estimators(),
        options.p,
        options.t,
    )
    if options.json:
        print(json.dumps([row._asdict() for row in rows], indent=1))
        return 0
    print(
        f"E[(b - {options.t})^2], p = {options.p}: gradient in the logit {rows[0].gradient:.6g},"
        " exactly\n"
    )
    print(f"{'estimator':45s} {'bias':>12s} {'variance':>12s} forward backward")
    for row in rows:
        name = toy_label(row.estimator)
        print(
            f"{name:45s} {row.bias:12.3g} {row.variance:12.6g} {row.forward:7g} {row.backward:8g}"
        )
    return 0
