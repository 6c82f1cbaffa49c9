"""A ranked entry's row: its sizes, what it declares and was measured to be, what it cost."""

from collections.abc import Sequence
from statistics import median

import numpy as np

from analysis.boards.rows import contradiction_text, declaration_doubt, root_mean_square
from analysis.ledger.shapes import ClaimRow, Edge, LedgerEntry, LedgerRun
from analysis.records.labels import (
    OF_BOUND,
    Declared,
    declared_promise,
    entry_label,
)
from analysis.records.proved import is_proved
from analysis.records.shapes import Interval
from analysis.statistics.intervals import student_interval
from analysis.statistics.sizes import finite_interval, interquartile_mean, median_interval
from analysis.statistics.student import Floats
from estimators.specs.protocols import Protocol
from estimators.specs.states import Reason


def confirmation(entry: LedgerEntry) -> list[LedgerRun]:
    return [run for run in entry.runs if run.phase == "confirmation"]


def tuning(entry: LedgerEntry) -> list[LedgerRun]:
    return [run for run in entry.runs if run.phase == "tuning"]


def ledger_label(entry: LedgerEntry) -> str:
    """What a row, a line or a fault calls it."""
    is_chosen = entry.setting is not None
    return entry_label(entry.estimator, len(entry.candidates), is_chosen)


def claim_row(
    entry: LedgerEntry,
    values: Floats,
    ranks: tuple[int, int],
    protocol: Protocol,
    chance: Interval | None,
) -> ClaimRow:
    """``values``: of the seeds, infinite where one is lost."""
    lost, runs = int(np.isinf(values).sum()), confirmation(entry)
    steps = protocol.budgets.steps
    edge, own_edge = rate_ends(entry, protocol)
    declared = entry_promise(entry, protocol)
    return ClaimRow(
        entry_id=entry.entry_id,
        cell_id=entry.cell_id,
        label=ledger_label(entry),
        setting=entry.setting or {},
        seeds=len(values),
        diverged=sum(run.reason == Reason.DIVERGED for run in runs),
        lost=lost,
        median=finite_interval(median_interval(values)),
        interquartile_mean=finite_interval(interquartile_mean(values)),
        mean=None if lost else student_interval(values),
        chance=chance,
        unbiased_for=unbiased_for(entry, protocol),
        bias=root_mean_square(measured_bias(entry)),
        doubt=declaration_doubt(declared, measured_bias(entry)),
        trials=len(tuning(entry)),
        candidates=len(entry.candidates) or 1,
        tuning_evaluations=_total([run.evaluations for run in tuning(entry)]),
        edge=edge,
        own_edge=own_edge,
        forward=declared.forward if declared else None,
        backward=declared.backward if declared else None,
        evaluations=_per_step([run.evaluations for run in runs], steps),
        seconds=_per_step([run.seconds for run in runs], steps),
        ranks=ranks,
        shipped=entry.shipped,
    )


def entry_promise(entry: LedgerEntry, protocol: Protocol) -> Declared | None:
    """What its spec declares on the protocol's model; None for a plug-in."""
    return declared_promise(entry.estimator, {"model": protocol.model.model_dump(mode="json")})


def unbiased_for(entry: LedgerEntry, protocol: Protocol) -> str | None:
    """What its spec declares on the protocol's model, of the gradient of its bound; None for a
    plug-in."""
    declared = entry_promise(entry, protocol)
    if declared and declared.objective not in OF_BOUND:
        return "none"
    return declared.unbiased_for if declared else None


def measured_bias(entry: LedgerEntry) -> Floats:
    """Relative, of the gradient, a value a seed that measured it."""
    return np.array([r.gradient["bias"] for r in confirmation(entry) if "bias" in r.gradient])


def contradiction(entry: LedgerEntry, protocol: Protocol) -> str | None:
    """Why it may not be ranked, where it declares itself unbiased and was measured not to be."""
    bias = measured_bias(entry)
    proved = is_proved(entry.estimator["name"], protocol.model.model_dump(mode="json"))
    doubt = declaration_doubt(entry_promise(entry, protocol), bias)
    return contradiction_text(doubt, root_mean_square(bias), proved)


def rate_ends(entry: LedgerEntry, protocol: Protocol) -> tuple[Edge | None, Edge | None]:
    """Where the chosen rate ends the protocol's grid, and else where it ends the rates that the
    entry named for itself.  Where one rate alone was tried, nothing points beyond it."""
    grid, chosen = protocol.tuning.learning_rates, (entry.setting or {}).get("learning_rate")
    tried = entry.learning_rates or grid
    if chosen is None or len(tried) == 1:
        return None, None
    edge = _end_of(grid, chosen)
    return edge, None if edge else _end_of(tried, chosen)


def _end_of(rates: Sequence[float], chosen: float) -> Edge | None:
    return "lowest" if chosen == min(rates) else "highest" if chosen == max(rates) else None


def _total(values: list[float | None]) -> float | None:
    """None where one is unknown: a sum of the others would be no cost."""
    numbers = [value for value in values if value is not None]
    return sum(numbers) if numbers and len(numbers) == len(values) else None


def _per_step(values: list[float | None], steps: int) -> float | None:
    numbers = [value for value in values if value is not None]
    return median(numbers) / steps if numbers else None
