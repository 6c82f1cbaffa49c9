"""Which estimators are proved to be unbiased: the oracle enumerated every set of values that their
draws can take, and found the mean to be the gradient.  Others were held to samples."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from estimators.specs.certificates import Certificate, load_certificates


@cache
def proved_names() -> frozenset[str]:
    """Of every certified setting that promises it, some nets are enumerated, and all is kept."""
    return frozenset(name for name, some in load_certificates().items() if _is_proved(some))


def _is_proved(certificates: Sequence[Certificate]) -> bool:
    promises = [[row for row in one.rows if row.promised] for one in certificates]
    enumerated = [any(row.draws == 0 for row in rows) for rows in promises if rows]
    return bool(enumerated) and all(enumerated) and all(one.kept for one in certificates)


def is_proved(name: str, model: Mapping[str, Any]) -> bool:
    """On a model of discrete units: the values of Gaussian ones cannot be enumerated."""
    families = {layer.get("family") for layer in model.get("layers", ())}
    return "gaussian" not in families and name in proved_names()
