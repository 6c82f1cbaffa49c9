"""Which estimators may be ranked: those whose certificate says that they keep what they declare."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from estimators.specs.certificates import load

from .records import RunRecord


@cache
def _kept() -> dict[str, bool]:
    """By name: whether every certified setting keeps its promise."""
    return {name: bool(found) and all(one.kept for one in found) for name, found in load().items()}


def refused(estimators: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Of cells and their estimators: those that are listed and not ranked, and why."""
    reasons = {True: None, False: "its certificate is not kept", None: "it has no certificate"}
    found = {cell: reasons[_kept().get(str(spec["name"]))] for cell, spec in estimators.items()}
    return {cell: reason for cell, reason in found.items() if reason}


def refused_of(runs: Iterable[RunRecord]) -> dict[str, str]:
    """The same of runs."""
    return refused({run.cell_id: run.estimator for run in runs})
