"""What a board's query leaves open, settled from the runs: budget and targets."""

from collections import defaultdict
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from analysis.boards.metrics import counted_spend
from analysis.boards.shapes import BoardQuery
from analysis.records.readings import Spend, is_sound, last_value, total_spend
from analysis.records.runs import RunRecord
from estimators.specs.selection import SettingKey, setting_key
from estimators.specs.states import Reason

VALIDATION = "bound/validation"


class End(NamedTuple):
    """Where a completed run ended; validation may not have been logged."""

    metric: float
    validation: float | None


def settle_query(
    runs: list[RunRecord], definition: dict[str, Any], query: BoardQuery
) -> BoardQuery:
    """The budget: the benchmark's steps, or the most that every completed run has spent.  The
    targets of a reach board: see ``BoardQuery``."""
    whole = [run for run in runs if run.reason == Reason.COMPLETED]
    budget = query.budget or _whole_budget(whole, counted_spend(query), definition)
    query = query.model_copy(update={"budget": budget})
    return query.model_copy(update=_targets(whole, query)) if query.axis == "reach" else query


def _whole_budget(runs: list[RunRecord], spend: Spend, definition: dict[str, Any]) -> float | None:
    if spend == "steps":
        return float(definition["training"]["steps"])
    return min((spent for run in runs if (spent := total_spend(run, spend)) > 0), default=None)


def _targets(runs: list[RunRecord], query: BoardQuery) -> dict[str, float | None]:
    """Both are where the median estimator ends; a target that is given moves the other along."""
    ends = [(run, end) for run in runs if (end := _run_end(run, query.metric))]
    gaps = [end.validation - end.metric for _, end in ends if end.validation is not None]
    gap = median(gaps) if gaps else None
    target = _median_end(ends) if query.target is None else query.target
    asked = query.validation_target
    moved = target + gap if target is not None and gap is not None else None
    return {"target": target, "validation_target": moved if asked is None else asked}


def _run_end(run: RunRecord, metric: str) -> End | None:
    last, check = (last_value(run, name, run.step) for name in (metric, VALIDATION))
    if last is None or not is_sound(last[1]):
        return None
    return End(last[1], check[1] if check and is_sound(check[1]) else None)


def _median_end(ends: list[tuple[RunRecord, End]]) -> float | None:
    """The median over estimators of where each ends, at the setting that is best on validation."""
    cells: dict[str, dict[SettingKey, list[End]]] = defaultdict(lambda: defaultdict(list))
    for run, end in ends:
        cells[run.cell_id][setting_key(run.setting)].append(end)
    best = [min(settings.values(), key=_mean_validation) for settings in cells.values()]
    return median(_mean([end.metric for end in some]) for some in best) if best else None


def _mean_validation(ends: list[End]) -> float:
    """Without validation, of the metric: there is nothing else to choose by."""
    return _mean([end.metric if end.validation is None else end.validation for end in ends])


def _mean(values: list[float]) -> float:
    return float(np.mean(values))
