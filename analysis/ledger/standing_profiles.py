"""Performance profiles over registered benchmarks, with intervals.

After Dolan and More (Mathematical Programming 91, 2002): a problem is a benchmark, one of its
declared targets and a confirmation seed.  An entry's ratio there is what it spends until validation
arrives at the target over the least that any ranked entry spends; where it never arrives, it has
none.  Its profile at tau is the share of problems with a ratio of at most tau, each benchmark
weighing alike, and its score is the mean of the profile over the logarithm of tau from 1 to 4.

A seed's problems are one draw, and seeds are what intervals are over: they say how far other seeds
would move a figure, on these very benchmarks and among these very entries.
"""

from collections.abc import Iterable, Sequence
from math import log

import numpy as np
from pydantic import Field

from analysis.comparisons.profiles import WIDEST
from analysis.ledger.axes import claim_value, settle_claim
from analysis.ledger.lineup import ranked_entries
from analysis.ledger.profiles import reach_targets
from analysis.ledger.rows import confirmation, ledger_label
from analysis.ledger.shapes import ClaimQuery, Ledger, LedgerEntry, LedgerRun
from analysis.records.readings import Spend
from analysis.records.shapes import Interval, Shape
from analysis.statistics.intervals import clip_interval, stratified_interval
from analysis.statistics.student import Floats
from estimators.specs.protocols import Protocol

TAUS = [round(float(tau), 4) for tau in np.geomspace(1.0, WIDEST, 25)]


class StandingProfile(Shape):
    """An estimator over the benchmarks that rank it."""

    label: str
    ran_on: list[str] = Field(description="benchmarks that rank it and declare targets")
    score: Interval
    shares: list[Interval] = Field(description="of problems, at each of the taus")


class StandingProfiles(Shape):
    spend: Spend
    taus: list[float] = Field(description="what is spent, over the least that anybody spends")
    targets: dict[str, list[float]] = Field(description="validation bounds, by benchmark")
    profiles: list[StandingProfile] = Field(
        description="those of most benchmarks first, and of these the best score"
    )


def standing_profiles(ledgers: Iterable[Ledger], spend: Spend = "evals") -> StandingProfiles:
    """Of ledgers one a benchmark; those that declare no target are left out."""
    targets: dict[str, list[float]] = {}
    ratios: dict[str, dict[str, Floats]] = {}
    for ledger in ledgers:
        protocol = Protocol.model_validate(ledger.protocol)
        if protocol.reach is not None:
            targets[protocol.id] = reach_targets(protocol)
            for label, table in spend_ratios(ledger, spend).items():
                ratios.setdefault(label, {})[protocol.id] = table
    profiles = [_standing_profile(label, tables) for label, tables in ratios.items()]
    profiles.sort(key=lambda one: (-len(one.ran_on), -one.score.mean, one.label))
    return StandingProfiles(spend=spend, taus=TAUS, targets=targets, profiles=profiles)


def spend_ratios(ledger: Ledger, spend: Spend) -> dict[str, Floats]:
    """Of every ranked entry, by label: what it spends over the least that anybody does, of shape
    [targets, seeds], infinite where it never arrives."""
    query = ClaimQuery(axis="reach", spend=spend)
    lineup = ranked_entries(ledger, query)
    protocol, entries = lineup.protocol, lineup.entries
    asked = settle_claim(query, protocol, [run for e in entries for run in confirmation(e)])
    spends = {
        ledger_label(entry): np.array(
            [
                [claim_value(run, asked._replace(target=target)) for run in _by_seed(entry)]
                for target in reach_targets(protocol)
            ]
        )
        for entry in entries
    }
    least = np.min(list(spends.values()), axis=0) if spends else np.zeros(0)
    return {
        label: np.divide(table, least, out=np.full_like(table, np.inf), where=np.isfinite(table))
        for label, table in spends.items()
    }


def _by_seed(entry: LedgerEntry) -> list[LedgerRun]:
    return sorted(confirmation(entry), key=lambda run: run.seed)


def _standing_profile(label: str, tables: dict[str, Floats]) -> StandingProfile:
    return StandingProfile(
        label=label,
        ran_on=sorted(tables),
        score=_over_seeds([ratio_scores(table) for table in tables.values()]),
        shares=[
            _over_seeds([np.asarray(table <= tau, float) for table in tables.values()])
            for tau in TAUS
        ],
    )


def ratio_scores(ratios: Floats) -> Floats:
    """The mean over log tau, from 1 to the widest, of whether a ratio is at most tau."""
    return np.asarray(1 - np.log(np.minimum(ratios, WIDEST)) / log(WIDEST))


def _over_seeds(tables: Sequence[Floats]) -> Interval:
    """Of values [targets, seeds] between 0 and 1, one a benchmark."""
    return clip_interval(stratified_interval([np.mean(table, axis=0) for table in tables]))
