"""How soon the ranked entries of a registered benchmark arrive at its bounds.

As COCO draws it (Hansen et al., Optimization Methods and Software 36, 2021): a share of all pairs
of a confirmation seed and a declared target that an entry has met, against what it spent.  A run
reads on the straight line between two looks, as a reach board does, and one that diverged or never
arrives stays below.  Intervals are over seeds.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from math import inf, log

from pydantic import Field

from analysis.boards.shapes import Unanswerable
from analysis.ledger.axes import Settled, claim_value, settle_claim
from analysis.ledger.lineup import other_kind, ranked_entries
from analysis.ledger.rows import confirmation, ledger_label
from analysis.ledger.shapes import ClaimQuery, Ledger, LedgerEntry
from analysis.records.readings import Spend
from analysis.records.shapes import Interval, Shape, device_apart
from analysis.statistics.intervals import clip_interval, student_interval
from analysis.statistics.sizes import binomial_interval
from estimators.specs.protocols import Protocol


class ClaimProfile(Shape):
    entry_id: str
    label: str
    device: str | None = device_apart()
    reached: float = Field(description="share of seeds and targets, at the whole budget")
    by_target: dict[str, Interval] = Field(
        description="share of seeds that arrive, by target, with Clopper and Pearson's interval"
    )
    curve: list[tuple[float, float]] = Field(description="(spent, share) where the share steps")
    band: list[tuple[float, float, float]] = Field(
        description="(spent, low, high) there: means over targets of Clopper and Pearson's ends, "
        "which hold for all of them together"
    )
    score: Interval = Field(
        description="mean share over the logarithm of what is spent, from a tenth of the budget "
        "on, with Student's interval over seeds"
    )


class ClaimProfiles(Shape):
    benchmark: str
    spend: Spend
    budget: float | None
    unit: str
    targets: list[float] = Field(description="validation bounds that the protocol declares")
    profiles: list[ClaimProfile] = Field(description="the best score first")


def claim_profiles(
    ledger: Ledger, spend: Spend = "steps", query: ClaimQuery = ClaimQuery()
) -> ClaimProfiles:
    """Of the code and device that the query asks for.  Raises Unanswerable where the protocol
    declares no bound to reach, nobody is complete by them, or seconds of all kinds of device are
    asked for."""
    query = query.model_copy(update={"axis": "reach", "spend": spend})
    lineup = ranked_entries(ledger, query)
    protocol, entries = lineup.protocol, lineup.entries
    asked = settle_claim(query, protocol, [run for e in entries for run in confirmation(e)])
    targets = reach_targets(protocol)
    profiles = [
        _entry_profile(entry, asked, targets, other_kind(entry, lineup)) for entry in entries
    ]
    return ClaimProfiles(
        benchmark=protocol.id,
        spend=spend,
        budget=asked.budget,
        unit=asked.unit,
        targets=targets,
        profiles=sorted(profiles, key=lambda one: (-one.score.mean, one.label)),
    )


def reach_targets(protocol: Protocol) -> list[float]:
    """All that are declared, the easiest first.  Raises Unanswerable where none is."""
    if protocol.reach is None:
        raise Unanswerable("axis", f"{protocol.id} declares no bound to reach.")
    return sorted({*protocol.reach.targets, protocol.reach.target}, reverse=True)


def _entry_profile(
    entry: LedgerEntry, asked: Settled, targets: list[float], device: str | None
) -> ClaimProfile:
    spent = {target: list(_times(entry, asked._replace(target=target))) for target in targets}
    every = [time for times in spent.values() for time in times]
    curve = share_curve(every)
    return ClaimProfile(
        entry_id=entry.entry_id,
        label=ledger_label(entry),
        device=device,
        reached=curve[-1][1] if curve else 0.0,
        by_target={f"{target:g}": arrived_share(times, inf) for target, times in spent.items()},
        curve=curve,
        band=[(time, *share_band(list(spent.values()), time)) for time, _ in curve],
        score=arrival_score(list(spent.values()), asked.budget),
    )


def _times(entry: LedgerEntry, asked: Settled) -> Iterator[float]:
    return (claim_value(run, asked) for run in confirmation(entry))


def arrived_share(times: Sequence[float], by: float, level: float = 0.95) -> Interval:
    """Of seeds that arrive by then."""
    arrived = sum(time <= by for time in times if time < inf)
    return _share_interval(arrived, len(times), level)


def share_band(by_target: Sequence[Sequence[float]], by: float) -> tuple[float, float]:
    """Ends of the share of seeds and targets that are met by then: each target's hold with 95% for
    all of them together, so that their means do."""
    level = 1 - 0.05 / len(by_target)
    shares = [arrived_share(times, by, level) for times in by_target]
    ends = [(share.low or 0.0, share.high or 0.0) for share in shares]
    low, high = (sum(end) / len(ends) for end in zip(*ends, strict=True))
    return low, high


@cache
def _share_interval(arrived: int, seeds: int, level: float) -> Interval:
    return binomial_interval(arrived, seeds, level)


def arrival_score(by_target: Sequence[Sequence[float]], budget: float | None) -> Interval:
    """The mean of the seeds' own scores, of times by target and seed."""
    if not budget:
        return Interval(mean=0.0, low=None, high=None)
    seeds = zip(*by_target, strict=True)
    scores = [log_area(share_curve(list(times)), budget) for times in seeds]
    return clip_interval(student_interval(scores))


def share_curve(times: list[float]) -> list[tuple[float, float]]:
    """What had arrived by each time that is finite; the last of equal times has them all."""
    arrived = sorted(time for time in times if time < inf)
    return sorted({time: (k + 1) / len(times) for k, time in enumerate(arrived)}.items())


def log_area(curve: list[tuple[float, float]], budget: float, start: float = 0.1) -> float:
    """The mean share over log(spent), between ``start`` of the budget and all of it."""
    total, share = 0.0, 0.0
    for time, reached in curve:
        total += (reached - share) * log(budget / max(time, start * budget))
        share = reached
    return total / log(1 / start)
