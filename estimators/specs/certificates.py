"""What the oracle found of an estimator: one row per net.  The built-in estimators' are kept beside
this file, and read without torch; ``python -m estimators certificates`` writes them anew."""

import json
from importlib.resources import files
from typing import Any

from pydantic import Field

from .base import Spec

STORE = files(__package__) / "certificates.json"
# Estimates of a net whose values are not enumerated, unless it is said otherwise.
DRAWS = 20_000


class Row(Spec):
    """The worst of fresh, warm and stirred memory, but for variance, which is with warm memory."""

    net: str
    promised: bool = Field(
        description="unbiased here (up to scale, perhaps), by what the estimator declares"
    )
    draws: int = Field(description="0: every value enumerated")
    z: float | None = Field(description="largest deviation of any coordinate, in standard errors")
    bias: float | None = Field(description="relative; null: some estimates are not finite")
    interval: tuple[float, float] | None = Field(description="of the bias, at 95% or more")
    variance_ratio: float | None = Field(
        description="to leave-one-out with two draws; of the maps of stochastic layers"
    )
    forward: float = Field(description="evaluations, counted")
    backward: float
    kept: bool = Field(description="whether there is no fault")
    faults: tuple[str, ...] = Field(
        (),
        description="why it is not kept: bias where none is promised, evaluations other than those"
        " declared, estimates that are not finite or that mix the examples of a minibatch",
    )


class Certificate(Spec):
    estimator: dict[str, Any]
    code: str = Field("", description="digest of the code that was tried")
    rows: tuple[Row, ...]

    @property
    def kept(self) -> bool:
        return all(row.kept for row in self.rows)

    def table(self) -> str:
        settings = ", ".join(f"{k} {v}" for k, v in self.estimator.items() if k != "name")
        head = f"{'net':22s} {'promised':8s} {'draws':>7s} {'max |z|':>8s} {'bias':>9s}"
        head += f"  {'95% interval':17s}"
        head += f" {'variance / loo':>14s} forward backward"
        lines = [
            f"{self.estimator['name']} ({settings})",
            head,
            *[certificate_line(row) for row in self.rows],
        ]
        return "\n".join([*lines, "kept" if self.kept else "NOT KEPT", *self.complaints])

    @property
    def complaints(self) -> list[str]:
        """Each fault, and the nets that show it: a sentence each."""
        nets: dict[str, list[str]] = {}
        for row in self.rows:
            for fault in row.faults:
                nets.setdefault(fault, []).append(row.net)
        return [f"  {fault} ({', '.join(names)})" for fault, names in nets.items()]


def certificate_line(row: Row) -> str:
    z = "exact" if row.z is None else f"{row.z:.2f}"
    ratio = "" if row.variance_ratio is None else f"{row.variance_ratio:.3g}"
    bias, interval = "no number", ""
    if row.bias is not None and row.interval is not None:
        low, high = row.interval
        bias, interval = f"{row.bias:.2%}", f"{low:7.2%} to {high:6.2%}"
    draws, promised = row.draws or "all", "unbiased" if row.promised else ""
    text = f"{row.net:22s} {promised:8s} {draws:>7} {z:>8s} {bias:>9s}  {interval:17s}"
    text += f" {ratio:>14s} {row.forward:7.4g} {row.backward:8.4g}"
    return text if row.kept else f"{text}  NOT KEPT"


def load_certificates() -> dict[str, list[Certificate]]:
    """The built-in estimators' certificates by name, one per certified setting."""
    stored = json.loads(STORE.read_text())
    return {
        name: [Certificate.model_validate(c) for c in entries] for name, entries in stored.items()
    }
