"""From runs to what a board sees of them: a value at the budget each, or why there is none."""

from collections import Counter
from collections.abc import Iterable
from math import isfinite
from typing import Any, NamedTuple

import numpy as np

from analysis.boards.metrics import counted, logarithmic
from analysis.boards.shapes import Entry, Excluded, Outcome, Place, Question, place_of
from analysis.records.readings import horizon, last, readings, total, until
from analysis.records.runs import RunRecord
from estimators.specs.base import canonical

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


class Sifted(NamedTuple):
    question: Question  # with budget and target filled in
    entries: list[Entry]
    excluded: list[Excluded]
    environments: list[dict[str, Any]]


def sift(records: Iterable[RunRecord], definition: dict[str, Any], question: Question) -> Sifted:
    """Every run becomes an entry or is excluded with a reason; of repetitions one counts."""
    runs = sorted(records, key=lambda record: record.run_id)
    question = _settle(runs, definition, question)
    read = {run.run_id: _read(run, question) for run in runs}
    strangers = _other_hardware(
        [run for run in runs if isinstance(read[run.run_id], Entry)], question
    )
    read |= {run_id: "ran on other hardware than most" for run_id in strangers}
    read |= _repetitions([entry for entry in read.values() if isinstance(entry, Entry)])
    entries, environments = _placed(runs, read)
    return Sifted(question, entries, _excluded(runs, read), environments)


def _placed(
    runs: list[RunRecord], read: dict[str, Entry | str]
) -> tuple[list[Entry], list[dict[str, Any]]]:
    """The entries, each with the number of its environment, and the environments that they have."""
    environments: dict[str, dict[str, Any]] = {}
    entries = []
    for run in runs:
        if isinstance(entry := read[run.run_id], Entry):
            text = canonical(run.environment)
            environments.setdefault(text, run.environment)
            place = list(environments).index(text)
            entries.append(entry.model_copy(update={"environment": place}) if place else entry)
    return entries, list(environments.values())


def _excluded(runs: list[RunRecord], read: dict[str, Entry | str]) -> list[Excluded]:
    return [
        Excluded(run_id=run.run_id, cell_id=run.cell_id, seed=run.seed, reason=reason)
        for run in runs
        if isinstance(reason := read[run.run_id], str)
    ]


def _settle(runs: list[RunRecord], definition: dict[str, Any], question: Question) -> Question:
    """The budget: the benchmark's steps, or the most that every completed run has spent."""
    spend, whole = counted(question), [run for run in runs if run.reason == "completed"]
    budget = question.budget
    if budget is None and spend == "steps":
        budget = float(definition["training"]["steps"])
    elif budget is None and whole:
        budget = min(total(run, spend) for run in whole)
    target = question.target
    if question.board == "reach" and target is None:
        target = _median_end(whole, question.metric)
    return question.model_copy(update={"budget": budget, "target": target})


def _median_end(runs: list[RunRecord], metric: str) -> float | None:
    """The median over estimators of where each ends, at its best setting."""
    ends: dict[str, dict[Place, list[float]]] = {}
    for run in runs:
        if (end := last(run, metric, run.step)) and isfinite(end[1]):
            ends.setdefault(run.cell_id, {}).setdefault(place_of(run.setting), []).append(end[1])
    best = [
        min(float(np.mean(values)) for values in settings.values()) for settings in ends.values()
    ]
    return float(np.median(best)) if best else None


def _read(run: RunRecord, question: Question) -> Entry | str:
    """What the run says at the budget, or why it says nothing."""
    if question.budget is None or (question.board == "reach" and question.target is None):
        return _where(run)
    if question.board == "reach":
        return _reach(run, question)
    return _at_budget(run, question, question.budget)


def _at_budget(run: RunRecord, question: Question, budget: float) -> Entry | str:
    spend = counted(question)
    arrived, end = total(run, spend) >= budget, horizon(run, spend, budget)
    point, check = last(run, question.metric, end), last(run, VALIDATION, end)
    if not arrived and run.reason != "diverged":
        return _where(run)
    if not arrived or (point and not isfinite(point[1])):
        return _entry(run, "diverged", end)
    if point is None:
        return f"logged no {question.metric} within the budget"
    if logarithmic(question) and point[1] <= 0:
        return f"has no positive {question.metric}, whose logarithm is compared"
    return _entry(run, "reached", end, point, check[1] if check and isfinite(check[1]) else None)


def _reach(run: RunRecord, question: Question) -> Entry | str:
    """A run that never reaches the target counts with the whole budget: it spends at least that."""
    spend, budget, target = counted(question), question.budget or 0.0, question.target or 0.0
    found, check = (
        until(readings(run, name, spend), target, budget) for name in (question.metric, VALIDATION)
    )
    ended = run.reason == "diverged" or total(run, spend) >= budget
    if found is None and not ended:
        return _where(run)
    if found and found.spent <= 0:
        return "meets the target before it starts"
    end = found.step if found else horizon(run, spend, budget)
    outcome: Outcome = (
        "reached" if found else "diverged" if run.reason == "diverged" else "censored"
    )
    spent = found.spent if found else budget
    return _entry(run, outcome, end, (end, spent), check.spent if check else budget)


def _where(run: RunRecord) -> str:
    reason = f" ({run.reason})" if run.reason and run.reason != run.state else ""
    return f"{run.state}{reason} at step {run.step}"


def _entry(
    run: RunRecord,
    outcome: Outcome,
    end: int,
    point: tuple[int, float] | None = None,
    check: float | None = None,
) -> Entry:
    gradient = {name: last(run, f"gradient/{name}", end) for name in GRADIENT}
    finite = {
        name: reading[1] for name, reading in gradient.items() if reading and isfinite(reading[1])
    }
    measured = [reading[0] for reading in gradient.values() if reading]
    return Entry.model_construct(
        run_id=run.run_id, cell_id=run.cell_id, seed=run.seed, setting=run.setting, outcome=outcome,
        step=point[0] if point else None, value=point[1] if point else None, validation=check,
        evaluations=_per_step(run, "evaluations", end), seconds=_per_step(run, "seconds", end),
        measured_at=max(measured, default=None), gradient=finite, environment=0,
    )  # fmt: skip


def _per_step(run: RunRecord, name: str, end: int) -> float | None:
    reading = last(run, name, end)
    return reading[1] / reading[0] if reading and reading[0] > 0 else None


def _other_hardware(runs: list[RunRecord], question: Question) -> set[str]:
    """On a board of seconds: the runs whose hardware is not the commonest."""
    if counted(question) != "seconds" or not runs:
        return set()
    kind = {run.run_id: canonical([run.environment.get(name) for name in HARDWARE]) for run in runs}
    common = sorted(Counter(kind.values()).items(), key=lambda pair: (-pair[1], pair[0]))[0][0]
    return {run_id for run_id, own in kind.items() if own != common}


def _repetitions(entries: list[Entry]) -> dict[str, Entry | str]:
    """Of runs of one cell, setting and seed the first counts, or the first that measured its
    gradients."""
    place = {
        entry.run_id: (entry.cell_id, place_of(entry.setting), entry.seed) for entry in entries
    }
    first: dict[tuple[str, Place, int], str] = {}
    for entry in sorted(entries, key=lambda entry: (not entry.gradient, entry.run_id)):
        first.setdefault(place[entry.run_id], entry.run_id)
    return {id: f"repeats run {first[where]}" for id, where in place.items() if first[where] != id}
