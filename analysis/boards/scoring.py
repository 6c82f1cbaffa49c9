"""From runs to what a board sees of them: a value at the budget each, or why there is none."""

from collections import Counter
from collections.abc import Iterable
from math import isfinite
from typing import Any, NamedTuple

import numpy as np

from analysis.boards.metrics import counted_spend, log_scaled
from analysis.boards.shapes import BoardQuery, ExcludedRun, Outcome, ScoredRun
from analysis.records.readings import (
    first_crossing,
    last_paid_step,
    last_value,
    spend_readings,
    total_spend,
)
from analysis.records.runs import RunRecord, SettingKey, setting_key
from estimators.specs.base import canonical
from estimators.specs.states import Reason

GRADIENT = ("log_ratio", "bias", "cosine")
HARDWARE = (
    "device_class",
    "device",
    "width",
    "threads",
    "compiled",
    "mixed",
)  # seconds are compared where equal
VALIDATION = "bound/validation"


class Scoring(NamedTuple):
    query: BoardQuery  # with budget and target filled in
    scored_runs: list[ScoredRun]
    excluded_runs: list[ExcludedRun]
    environments: list[dict[str, Any]]


def score_runs(
    records: Iterable[RunRecord], definition: dict[str, Any], query: BoardQuery
) -> Scoring:
    """Every run becomes an scored or is excluded with a reason; of repetitions one counts."""
    runs = sorted(records, key=lambda record: record.run_id)
    query = _settle_query(runs, definition, query)
    read = {run.run_id: _score_run(run, query) for run in runs}
    strangers = _other_hardware(
        [run for run in runs if isinstance(read[run.run_id], ScoredRun)], query
    )
    read |= {run_id: "ran on other hardware than most" for run_id in strangers}
    read |= _repetitions([scored for scored in read.values() if isinstance(scored, ScoredRun)])
    scored_runs, environments = _numbered_environments(runs, read)
    return Scoring(query, scored_runs, _excluded_runs(runs, read), environments)


def _numbered_environments(
    runs: list[RunRecord], read: dict[str, ScoredRun | str]
) -> tuple[list[ScoredRun], list[dict[str, Any]]]:
    """The scored_runs, each with the number of its environment, and the environments that they
    have."""
    environments: dict[str, dict[str, Any]] = {}
    scored_runs = []
    for run in runs:
        if isinstance(scored := read[run.run_id], ScoredRun):
            text = canonical(run.environment)
            environments.setdefault(text, run.environment)
            number = list(environments).index(text)
            scored_runs.append(
                scored.model_copy(update={"environment": number}) if number else scored
            )
    return scored_runs, list(environments.values())


def _excluded_runs(runs: list[RunRecord], read: dict[str, ScoredRun | str]) -> list[ExcludedRun]:
    return [
        ExcludedRun(run_id=run.run_id, cell_id=run.cell_id, seed=run.seed, reason=reason)
        for run in runs
        if isinstance(reason := read[run.run_id], str)
    ]


def _settle_query(
    runs: list[RunRecord], definition: dict[str, Any], query: BoardQuery
) -> BoardQuery:
    """The budget: the benchmark's steps, or the most that every completed run has spent."""
    spend, whole = counted_spend(query), [run for run in runs if run.reason == Reason.COMPLETED]
    budget = query.budget
    if budget is None and spend == "steps":
        budget = float(definition["training"]["steps"])
    elif budget is None and whole:
        budget = min(total_spend(run, spend) for run in whole)
    target = query.target
    if query.axis == "reach" and target is None:
        target = _median_end(whole, query.metric)
    return query.model_copy(update={"budget": budget, "target": target})


def _median_end(runs: list[RunRecord], metric: str) -> float | None:
    """The median over estimators of where each ends, at its best setting."""
    ends: dict[str, dict[SettingKey, list[float]]] = {}
    for run in runs:
        if (end := last_value(run, metric, run.step)) and isfinite(end[1]):
            ends.setdefault(run.cell_id, {}).setdefault(setting_key(run.setting), []).append(end[1])
    best = [
        min(float(np.mean(values)) for values in settings.values()) for settings in ends.values()
    ]
    return float(np.median(best)) if best else None


def _score_run(run: RunRecord, query: BoardQuery) -> ScoredRun | str:
    """What the run says at the budget, or why it says nothing."""
    if query.budget is None or (query.axis == "reach" and query.target is None):
        return _run_state(run)
    if query.axis == "reach":
        return _score_reach(run, query)
    return _score_at_budget(run, query, query.budget)


def _score_at_budget(run: RunRecord, query: BoardQuery, budget: float) -> ScoredRun | str:
    spend = counted_spend(query)
    arrived, end = total_spend(run, spend) >= budget, last_paid_step(run, spend, budget)
    point, check = last_value(run, query.metric, end), last_value(run, VALIDATION, end)
    if not arrived and run.reason != Reason.DIVERGED:
        return _run_state(run)
    if not arrived or (point and not isfinite(point[1])):
        return _scored_run(run, "diverged", end)
    if point is None:
        return f"logged no {query.metric} within the budget"
    if log_scaled(query) and point[1] <= 0:
        return f"has no positive {query.metric}, whose logarithm is compared"
    return _scored_run(
        run, "reached", end, point, check[1] if check and isfinite(check[1]) else None
    )


def _score_reach(run: RunRecord, query: BoardQuery) -> ScoredRun | str:
    """A run that never reaches the target counts with the whole budget: it spends at least that."""
    spend, budget, target = counted_spend(query), query.budget or 0.0, query.target or 0.0
    crossing, check = (
        first_crossing(spend_readings(run, name, spend), target, budget)
        for name in (query.metric, VALIDATION)
    )
    ended = run.reason == Reason.DIVERGED or total_spend(run, spend) >= budget
    if crossing is None and not ended:
        return _run_state(run)
    if crossing and crossing.spent <= 0:
        return "meets the target before it starts"
    end = crossing.step if crossing else last_paid_step(run, spend, budget)
    outcome: Outcome = (
        "reached" if crossing else "diverged" if run.reason == Reason.DIVERGED else "censored"
    )
    spent = crossing.spent if crossing else budget
    return _scored_run(run, outcome, end, (end, spent), check.spent if check else budget)


def _run_state(run: RunRecord) -> str:
    reason = f" ({run.reason})" if run.reason and run.reason != run.state else ""
    return f"{run.state}{reason} at step {run.step}"


def _scored_run(
    run: RunRecord,
    outcome: Outcome,
    end: int,
    point: tuple[int, float] | None = None,
    check: float | None = None,
) -> ScoredRun:
    gradient = {name: last_value(run, f"gradient/{name}", end) for name in GRADIENT}
    finite = {
        name: reading[1] for name, reading in gradient.items() if reading and isfinite(reading[1])
    }
    measured = [reading[0] for reading in gradient.values() if reading]
    return ScoredRun.model_construct(
        run_id=run.run_id,
        cell_id=run.cell_id,
        seed=run.seed,
        setting=run.setting,
        outcome=outcome,
        step=point[0] if point else None,
        value=point[1] if point else None,
        validation=check,
        evaluations=_per_step(run, "evaluations", end),
        seconds=_per_step(run, "seconds", end),
        measured_at=max(measured, default=None),
        gradient=finite,
        environment=0,
    )


def _per_step(run: RunRecord, name: str, end: int) -> float | None:
    reading = last_value(run, name, end)
    return reading[1] / reading[0] if reading and reading[0] > 0 else None


def _other_hardware(runs: list[RunRecord], query: BoardQuery) -> set[str]:
    """On a board of seconds: the runs whose hardware is not the commonest."""
    if counted_spend(query) != "seconds" or not runs:
        return set()
    kind = {run.run_id: canonical([run.environment.get(name) for name in HARDWARE]) for run in runs}
    common = sorted(Counter(kind.values()).items(), key=lambda pair: (-pair[1], pair[0]))[0][0]
    return {run_id for run_id, hardware in kind.items() if hardware != common}


def _repetitions(scored_runs: list[ScoredRun]) -> dict[str, ScoredRun | str]:
    """Of runs of one cell, setting and seed the first counts, or the first that measured its
    gradients."""
    contest = {
        scored.run_id: (scored.cell_id, setting_key(scored.setting), scored.seed)
        for scored in scored_runs
    }
    first: dict[tuple[str, SettingKey, int], str] = {}
    for scored in sorted(scored_runs, key=lambda scored: (not scored.gradient, scored.run_id)):
        first.setdefault(contest[scored.run_id], scored.run_id)
    return {
        id: f"repeats run {first[where]}" for id, where in contest.items() if first[where] != id
    }
