"""What a confirmation run says on an axis: a bound at a budget, or what it spent to arrive."""

from collections.abc import Iterable
from math import inf
from typing import NamedTuple

from analysis.boards.metrics import SPENT
from analysis.boards.shapes import Unanswerable
from analysis.ledger.shapes import ClaimQuery, Curve, LedgerRun
from analysis.records.readings import Reading, Spend, first_crossing, is_sound
from estimators.specs.protocols import Protocol
from estimators.specs.states import Reason


class Settled(NamedTuple):
    """A query with all that the protocol, or the runs, settle."""

    query: ClaimQuery
    budget: float | None
    target: float | None

    @property
    def unit(self) -> str:
        reach = self.query.axis == "reach"
        return SPENT[self.query.spend] if reach else "nats per example"


def settle_claim(query: ClaimQuery, protocol: Protocol, runs: Iterable[LedgerRun]) -> Settled:
    """The budget that was declared, or the most that every run which completed has spent.

    Raises Unanswerable for a reach board of a protocol that declares no target.
    """
    if query.axis == "reach" and protocol.reach is None:
        raise Unanswerable("axis", f"{protocol.id} declares no bound to reach.")
    spend = query.spend if query.axis == "reach" else query.axis
    budgets = protocol.budgets
    declared = {"steps": budgets.steps, "evals": budgets.evaluations, "seconds": budgets.seconds}
    budget = declared[spend]
    if budget is None:
        whole = [run for run in runs if run.reason == Reason.COMPLETED]
        ends = {"evals": [r.evaluations for r in whole], "seconds": [r.seconds for r in whole]}
        budget = min((end for end in ends[spend] if end), default=None)
    target = protocol.reach.target if query.axis == "reach" and protocol.reach else None
    return Settled(query, budget, target)


def claim_value(run: LedgerRun, asked: Settled) -> float:
    """Lower is better; infinite where the run diverged, never arrived, or said nothing."""
    if asked.query.axis == "steps":
        return final_value(run)
    if run.curve is None or asked.budget is None:
        return inf
    if asked.query.axis == "reach":
        points = _readings(run.curve, run.curve.validation, asked.query.spend)
        crossing = first_crossing(points, asked.target or 0.0, asked.budget)
        return crossing.spent if crossing else inf
    points = _readings(run.curve, run.curve.test, asked.query.axis)
    paid = [point.value for point in points if point.spent <= asked.budget]
    whole = run.reason != Reason.DIVERGED or (bool(points) and points[-1].spent > asked.budget)
    return paid[-1] if paid and whole and is_sound(paid[-1]) else inf


def step_within(run: LedgerRun, asked: Settled) -> int | None:
    """The step whose reading counts at a budget; None where the run has none."""
    if run.curve is None or asked.budget is None or asked.query.axis == "reach":
        return None
    points = _readings(run.curve, run.curve.test, asked.query.axis)
    return max((point.step for point in points if point.spent <= asked.budget), default=None)


def final_value(run: LedgerRun) -> float:
    """Where a run ended; a diverged one is infinitely bad."""
    lost = run.reason == Reason.DIVERGED or run.test is None or not is_sound(run.test)
    return inf if lost or run.test is None else run.test


def _readings(curve: Curve, values: list[float | None], spend: Spend) -> list[Reading]:
    """The points at which it is known what was spent; a value that is not finite is infinite."""
    counts: dict[Spend, list[float | None]] = {
        "steps": [float(step) for step in curve.steps],
        "evals": curve.evaluations,
        "seconds": curve.seconds,
    }
    spent = counts[spend]
    return [
        Reading(step, at, inf if value is None else value)
        for step, at, value in zip(curve.steps, spent, values, strict=True)
        if at is not None
    ]
