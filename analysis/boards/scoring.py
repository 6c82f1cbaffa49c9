"""From runs to what a board sees of them: a value at the budget each, or why there is none."""

from collections import Counter
from collections.abc import Iterable
from math import isfinite
from typing import Any, NamedTuple

from analysis.boards.asked import VALIDATION, settle_query
from analysis.boards.metrics import SPENT, counted_spend, log_scaled
from analysis.boards.shapes import BoardQuery, ExcludedRun, Outcome, ScoredRun
from analysis.records.readings import (
    first_crossing,
    is_sound,
    last_paid_step,
    last_value,
    spend_readings,
    total_spend,
)
from analysis.records.runs import RunRecord
from estimators.specs.base import canonical
from estimators.specs.selection import SettingKey, setting_key
from estimators.specs.states import Reason

GRADIENT = ("log_ratio", "bias", "cosine")
HARDWARE = (
    "device_class",
    "device",
    "width",
    "threads",
    "compiled",
    "products",
    "mixed",
)  # seconds are compared where equal


class Scoring(NamedTuple):
    query: BoardQuery  # with budget and target filled in
    scored_runs: list[ScoredRun]
    excluded_runs: list[ExcludedRun]
    environments: list[dict[str, Any]]


def score_runs(
    records: Iterable[RunRecord], definition: dict[str, Any], query: BoardQuery
) -> Scoring:
    """Every run is scored or is excluded with a reason; of repetitions one counts."""
    runs = sorted(records, key=lambda record: record.run_id)
    strangers = _other_hardware(runs, query)
    query = settle_query([run for run in runs if run.run_id not in strangers], definition, query)
    read = {run.run_id: _score_run(run, query) for run in runs}
    for run_id in strangers:
        if isinstance(read[run_id], ScoredRun):
            read[run_id] = "ran on other hardware than most"
    read |= _repetitions(
        [scored for scored in read.values() if isinstance(scored, ScoredRun)], _newest_code(runs)
    )
    scored_runs, environments = _numbered_environments(runs, read)
    return Scoring(query, scored_runs, _excluded_runs(runs, read), environments)


def _numbered_environments(
    runs: list[RunRecord], read: dict[str, ScoredRun | str]
) -> tuple[list[ScoredRun], list[dict[str, Any]]]:
    """The scored_runs, each with the number of its environment, and the environments that they
    have."""
    # runs that trained together share theirs
    shared = {id(run.environment): run.environment for run in runs}
    texts = {key: canonical(environment) for key, environment in shared.items()}
    environments: dict[str, dict[str, Any]] = {}
    scored_runs = []
    for run in runs:
        if isinstance(scored := read[run.run_id], ScoredRun):
            text = texts[id(run.environment)]
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


def _score_run(run: RunRecord, query: BoardQuery) -> ScoredRun | str:
    """What the run says at the budget, or why it says nothing."""
    spend = counted_spend(query)
    if run.reason == Reason.COMPLETED and total_spend(run, spend) <= 0:
        return f"logged no {SPENT[spend]}"
    if query.budget is None or (query.axis == "reach" and query.target is None):
        return _run_state(run)
    if query.axis == "reach":
        return _score_reach(run, query, query.budget, query.target or 0.0)
    return _score_at_budget(run, query, query.budget)


def _score_at_budget(run: RunRecord, query: BoardQuery, budget: float) -> ScoredRun | str:
    spend = counted_spend(query)
    arrived, end = total_spend(run, spend) >= budget, last_paid_step(run, spend, budget)
    point, check = last_value(run, query.metric, end), last_value(run, VALIDATION, end)
    if not arrived and run.reason != Reason.DIVERGED:
        return _run_state(run)
    if not arrived or (point and not is_sound(point[1])):
        return _scored_run(run, "diverged", end)
    if point is None:
        return f"logged no {query.metric} within the budget"
    if log_scaled(query) and point[1] <= 0:
        return f"has no positive {query.metric}, whose logarithm is compared"
    return _scored_run(
        run, "reached", end, point, check[1] if check and is_sound(check[1]) else None
    )


def _score_reach(
    run: RunRecord, query: BoardQuery, budget: float, target: float
) -> ScoredRun | str:
    """A run that never reaches the target has no value, and loses to every one that does."""
    spend = counted_spend(query)
    crossing = first_crossing(spend_readings(run, query.metric, spend), target, budget)
    ended = run.reason == Reason.DIVERGED or total_spend(run, spend) >= budget
    if crossing is None and not ended:
        return _run_state(run)
    if crossing and crossing.spent <= 0:
        return "meets the target before it starts"
    paid = last_paid_step(run, spend, budget)
    end = crossing.step if crossing else paid
    outcome: Outcome = (
        "reached" if crossing else "diverged" if run.reason == Reason.DIVERGED else "censored"
    )
    point = (end, crossing.spent) if crossing else None
    check, last = _validation_spend(run, query, budget), last_value(run, VALIDATION, paid)
    return _scored_run(
        run, outcome, end, point, check, last[1] if last and is_sound(last[1]) else None
    )


def _validation_spend(run: RunRecord, query: BoardQuery, budget: float) -> float:
    """What was spent until validation arrived, by which settings are chosen; at most the budget."""
    if query.validation_target is None:
        return budget
    points = spend_readings(run, VALIDATION, counted_spend(query))
    crossing = first_crossing(points, query.validation_target, budget)
    return crossing.spent if crossing else budget


def _run_state(run: RunRecord) -> str:
    reason = f" ({run.reason})" if run.reason and run.reason != run.state else ""
    return f"{run.state}{reason} at step {run.step}"


def _scored_run(
    run: RunRecord,
    outcome: Outcome,
    end: int,
    point: tuple[int, float] | None = None,
    check: float | None = None,
    validation_end: float | None = None,
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
        validation_end=validation_end,
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
    """On a board of seconds: the runs whose hardware is not the commonest of completed ones."""
    whole = [run for run in runs if run.reason == Reason.COMPLETED]
    if counted_spend(query) != "seconds" or not whole:
        return set()
    common = common_hardware([run.environment for run in whole])
    return {run.run_id for run in runs if hardware_key(run.environment) != common}


def hardware_key(environment: dict[str, Any]) -> str:
    """Of what seconds hang on: they are compared where it is equal."""
    return canonical([environment.get(name) for name in HARDWARE])


def common_hardware(environments: Iterable[dict[str, Any]]) -> str:
    """The key of most; of as many, the first in order."""
    counts = Counter(map(hardware_key, environments))
    return min(counts, key=lambda key: (-counts[key], key))


def _newest_code(runs: list[RunRecord]) -> set[str]:
    """The runs of the code that trained the last one."""
    last = runs[-1].environment.get("code") if runs else None
    return {run.run_id for run in runs if run.environment.get("code") == last}


def _repetitions(scored_runs: list[ScoredRun], newest: set[str]) -> dict[str, ScoredRun | str]:
    """Of runs of one cell, setting and seed one counts: of the newest code, then one that measured
    its gradients, then the first."""
    contest = {
        scored.run_id: (scored.cell_id, setting_key(scored.setting), scored.seed)
        for scored in scored_runs
    }
    first: dict[tuple[str, SettingKey, int], str] = {}
    for scored in sorted(
        scored_runs,
        key=lambda scored: (scored.run_id not in newest, not scored.gradient, scored.run_id),
    ):
        first.setdefault(contest[scored.run_id], scored.run_id)
    return {
        id: f"repeats run {first[where]}" for id, where in contest.items() if first[where] != id
    }
