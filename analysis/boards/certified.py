"""Which estimators may be ranked: those whose certificate says that they keep what they declare."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from analysis.records.runs import RunRecord
from estimators.specs.certificates import load_certificates
from estimators.specs.states import State

Code = Mapping[
    str, bool | None
]  # of a plug-in: digest of its code -> whether that keeps what it declares
REASONS = {True: None, False: "its certificate is not kept", None: "it has no certificate"}


@cache
def kept_promises() -> dict[str, bool]:
    """By name: whether every certified setting keeps its promise."""
    return {
        name: bool(certificates) and all(one.kept for one in certificates)
        for name, certificates in load_certificates().items()
    }


def refused_names(estimators: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Of cells and their estimators: those that are listed and not ranked, and why."""
    reasons = {
        cell: REASONS[kept_promises().get(str(spec["name"]))] for cell, spec in estimators.items()
    }
    return {cell: reason for cell, reason in reasons.items() if reason}


def refused_cells(runs: Iterable[RunRecord], codes: Mapping[str, Code] = {}) -> dict[str, str]:
    """The same of runs.  A run of a plug-in says by which code it was trained: that has to be
    certified."""
    records = list(runs)
    ours = refused_names(
        {run.cell_id: run.estimator for run in records if run.estimator["name"] not in codes}
    )
    return ours | _refused_plugins(
        [run for run in records if run.estimator["name"] in codes], codes
    )


def _refused_plugins(runs: list[RunRecord], codes: Mapping[str, Code]) -> dict[str, str]:
    reasons: dict[str, str] = {}
    for run in runs:
        code, certified = str(run.environment.get("plugin_code")), codes[run.estimator["name"]]
        reason = (
            REASONS[certified[code]]
            if code in certified
            else f"run {run.run_id} is of code without certificate"
        )
        if reason and run.state == State.SUCCEEDED:
            reasons.setdefault(run.cell_id, reason)
    return reasons
