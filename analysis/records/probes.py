"""A probe's report as rows, one an estimator."""

import math
from collections.abc import Callable
from typing import NamedTuple

from analysis.records.labels import estimator_label
from analysis.records.shapes import Interval
from estimators.specs.findings import EstimatorFindings, Quantity, Report


class ProbeRow(NamedTuple):
    """One estimator, of its gradient in the encoder; None where a quantity drowns in noise."""

    label: str
    ratio: Interval | None
    bias: Interval | None
    cosine: Interval | None
    # evaluations of the cost, per example and step
    forward: float
    backward: float


def probe_rows(report: Report) -> list[ProbeRow]:
    """By variance, the least first."""
    rows = map(_probe_row, report.found)
    return sorted(rows, key=lambda row: row.ratio.mean if row.ratio else math.inf)


def _probe_row(one: EstimatorFindings) -> ProbeRow:
    of = one.encoder
    return ProbeRow(
        estimator_label(one.estimator.model_dump(mode="json")),
        _interval(of.log_ratio, math.exp),
        _interval(of.bias),
        _interval(of.cosine),
        one.forward,
        one.backward,
    )


def _interval(one: Quantity, scale: Callable[[float], float] = float) -> Interval | None:
    if one.value is None:
        return None
    low, high = (None if end is None else scale(end) for end in (one.low, one.high))
    return Interval(mean=scale(one.value), low=low, high=high)
