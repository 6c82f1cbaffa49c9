"""How much an entry hangs on its rate: validation bounds of its tuning runs, by rate."""

from collections import Counter
from collections.abc import Iterator
from math import isfinite
from typing import Any

from pydantic import Field

from analysis.ledger.kinds import UNKNOWN
from analysis.ledger.lineup import Lineup, ranked_entries, stood_for
from analysis.ledger.rows import tuning
from analysis.ledger.shapes import ClaimQuery, Ledger, LedgerEntry, LedgerRun
from analysis.ledger.strata import Stratum, current_tries
from analysis.records.labels import estimator_label
from analysis.records.shapes import Shape, device_apart
from estimators.specs.states import Reason


class RatePoint(Shape):
    """One rate over the tuning seeds."""

    learning_rate: float
    seeds: int
    diverged: int
    mean: float | None = Field(description="validation bound at the end; null: all diverged")
    low: float | None = Field(description="of the seeds that did not diverge: the least")
    high: float | None = Field(description="and the largest")


class RateCurve(Shape):
    """Of an entry, and of one candidate where it has several."""

    entry_id: str
    label: str
    device: str | None = device_apart()
    chosen: float | None = Field(description="the rate that was confirmed, if any of these")
    points: list[RatePoint]


class Sensitivity(Shape):
    benchmark: str
    unit: str = "nats per example, validation"
    curves: list[RateCurve] = Field(description="of current entries, the best point first")


def rate_sensitivity(ledger: Ledger, query: ClaimQuery = ClaimQuery()) -> Sensitivity:
    """Of every current entry whose tuning has results, by the code and on the device of the board,
    or on all kinds of device, then of those alone that stand for their estimators; none of a
    confirmation seed counts.  Raises Unanswerable where nobody is complete by those that are asked
    for."""
    tries, lineup = current_tries(ledger), ranked_entries(ledger, query)
    most = Counter(one for entry in tries for one in tuning_strata(entry)).most_common(1)
    wanted = set(lineup.strata) if lineup.members else {one for one, _ in most}
    ranked = {one.entry_id for one in lineup.entries}
    aside = stood_for(lineup)
    standing = [one for one in tries if one.entry_id not in aside]
    some_tries = [one for one in standing if one.entry_id in ranked or tuning_strata(one) <= wanted]
    curves = [
        curve.model_copy(update={"device": tuning_kind(entry, lineup)})
        for entry in some_tries
        for curve in rate_curves(entry)
    ]
    some = [curve for curve in curves if any(point.mean is not None for point in curve.points)]
    about = ledger.protocol
    return Sensitivity(
        benchmark=f"{about['name']}@{about['version']}", curves=sorted(some, key=_best_point)
    )


def tuning_strata(entry: LedgerEntry) -> set[Stratum]:
    """Codes and devices that trained the tuning runs which have ended."""
    return {Stratum(run.code, run.device) for run in tuning(entry) if run.reason}


def tuning_kind(entry: LedgerEntry, lineup: Lineup) -> str | None:
    """What trained its tuning runs, where all kinds of device are asked for and most entries are on
    another."""
    kinds = sorted({one.device or UNKNOWN for one in tuning_strata(entry)})
    is_usual = kinds == [lineup.stratum.device]
    return None if is_usual or not lineup.of_all_kinds else " + ".join(kinds)


def _best_point(curve: RateCurve) -> tuple[float, str]:
    return min(p.mean for p in curve.points if p.mean is not None), curve.label


def rate_curves(entry: LedgerEntry) -> Iterator[RateCurve]:
    """One for each of its candidates, of what its tuning runs say."""
    for number, estimator in enumerate(entry.candidates or [entry.estimator]):
        chosen = entry.setting if estimator == entry.estimator else None
        runs = [run for run in tuning(entry) if run.candidate == number]
        yield _rate_curve(entry.entry_id, estimator, chosen or {}, runs)


def _rate_curve(
    entry_id: str, estimator: dict[str, Any], chosen: dict[str, float], runs: list[LedgerRun]
) -> RateCurve:
    ended = [run for run in runs if run.reason in (Reason.COMPLETED, Reason.DIVERGED)]
    rates = sorted({run.setting["learning_rate"] for run in ended})
    return RateCurve(
        entry_id=entry_id,
        label=estimator_label(estimator),
        chosen=chosen.get("learning_rate"),
        points=[
            _rate_point(rate, [run for run in ended if run.setting["learning_rate"] == rate])
            for rate in rates
        ],
    )


def _rate_point(rate: float, runs: list[LedgerRun]) -> RatePoint:
    sound = [
        run.validation
        for run in runs
        if run.reason == Reason.COMPLETED and run.validation is not None
    ]
    values = [value for value in sound if isfinite(value)]
    return RatePoint(
        learning_rate=rate,
        seeds=len(runs),
        diverged=len(runs) - len(values),
        mean=sum(values) / len(values) if values else None,
        low=min(values, default=None),
        high=max(values, default=None),
    )
