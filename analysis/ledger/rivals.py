"""One estimator against all others of a registered benchmark, on an axis: what its board claims."""

from enum import StrEnum
from statistics import median
from typing import NamedTuple

from analysis.boards.shapes import Axis
from analysis.ledger.axes import Settled, settle_claim, step_within
from analysis.ledger.board import claim_pairs, claim_table
from analysis.ledger.lineup import Lineup, ranked_entries
from analysis.ledger.rows import confirmation, ledger_label, unbiased_for
from analysis.ledger.shapes import ClaimPair, ClaimQuery, Ledger, LedgerEntry
from analysis.records.labels import UNBIASED
from estimators.specs import ESTIMATORS


class Outcome(StrEnum):
    """What a board says of a rival and the reference."""

    # the rival is called better
    BETTER = "better"
    # the reference is
    WORSE = "worse"
    # the seeds do not tell them apart
    OPEN = "open"


class Gap(NamedTuple):
    """Of the bounds on common seeds, a rival's less the reference's, in nats: the median with its
    interval, which holds 0 exactly where the outcome is open.  None is infinite."""

    median: float | None
    low: float | None
    high: float | None
    wins: int  # seeds on which the rival is lower
    losses: int


class Rival(NamedTuple):
    """Another estimator at its defaults, on the axis of a contest."""

    label: str
    is_biased: bool
    outcome: Outcome
    gap: Gap
    cost: float | None  # of a step, over the reference's
    step: float | None  # whose reading counts

    @property
    def is_at_start(self) -> bool:
        """Whether the budget ends before it is read again."""
        return self.step == 0


class Contest(NamedTuple):
    """A benchmark on an axis.  Costs are in what the axis counts, steps are medians over seeds."""

    benchmark: str
    reference: str
    axis: Axis
    budget: float
    device: str | None
    seeds: int
    every: int  # steps between readings
    pairs: int  # that its board tests at once
    costs: list[float]  # of a step of the reference, one a seed
    step: float | None  # of the reference, whose reading counts
    rivals: list[Rival]


def rival_contest(ledger: Ledger, reference: str, axis: Axis) -> Contest | None:
    """By the claims of that benchmark's board, all of its pairs at once.  None where the reference
    is not ranked; rivals with settings of their own, and those of plug-ins, are left out."""
    query = ClaimQuery(axis=axis)
    lineup = ranked_entries(ledger, query)
    entries, protocol = lineup.entries, lineup.protocol
    asked = settle_claim(query, protocol, [run for one in entries for run in confirmation(one)])
    by_label = {ledger_label(one): one for one in entries}
    ours = by_label.pop(reference, None)
    if ours is None or asked.budget is None:
        return None
    table = claim_table(entries, protocol, asked)
    pairs = claim_pairs([one.entry_id for one in entries], table, protocol.looks, None)
    against = [pair for pair in pairs if ours.entry_id in (pair.first, pair.second)]
    return Contest(
        benchmark=protocol.id,
        reference=reference,
        axis=axis,
        budget=asked.budget,
        device=lineup.stratum.device,
        seeds=len(protocol.seeds),
        every=protocol.evaluation.every,
        pairs=len(pairs),
        costs=step_costs(ours, axis),
        step=_read_step(ours, asked),
        rivals=[
            _rival(one, ours, lineup, asked, against)
            for label, one in by_label.items()
            if label in ESTIMATORS
        ],
    )


def _rival(
    entry: LedgerEntry, ours: LedgerEntry, lineup: Lineup, asked: Settled, pairs: list[ClaimPair]
) -> Rival:
    pair = next(pair for pair in pairs if entry.entry_id in (pair.first, pair.second))
    axis, promise = asked.query.axis, unbiased_for(entry, lineup.protocol)
    costs, reference = step_costs(entry, axis), step_costs(ours, axis)
    return Rival(
        label=ledger_label(entry),
        is_biased=promise is not None and promise not in UNBIASED,
        outcome=_pair_outcome(pair, entry.entry_id),
        gap=oriented_gap(pair, entry.entry_id),
        cost=median(costs) / median(reference) if costs and reference else None,
        step=_read_step(entry, asked),
    )


def _pair_outcome(pair: ClaimPair, rival: str) -> Outcome:
    if pair.better is None:
        return Outcome.OPEN
    return Outcome.BETTER if pair.better == rival else Outcome.WORSE


def oriented_gap(pair: ClaimPair, rival: str) -> Gap:
    """The rival, by its entry's id, less the other."""
    if pair.first == rival:
        return Gap(pair.median, pair.low, pair.high, pair.wins, pair.losses)
    median, low, high = (
        None if end is None else -end for end in (pair.median, pair.high, pair.low)
    )
    return Gap(median, low, high, pair.losses, pair.wins)


def step_costs(entry: LedgerEntry, axis: Axis) -> list[float]:
    """Of a step, in what the axis counts, of every confirmation run where it is known."""
    curves = [run.curve for run in confirmation(entry) if run.curve and run.curve.steps[-1]]
    return [
        spent[-1] / curve.steps[-1]
        for curve in curves
        if (spent := {"evals": curve.evaluations, "seconds": curve.seconds}.get(axis)) and spent[-1]
    ]


def _read_step(entry: LedgerEntry, asked: Settled) -> float | None:
    steps = [step for run in confirmation(entry) if (step := step_within(run, asked)) is not None]
    return median(steps) if steps else None
