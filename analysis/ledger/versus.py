"""Two ranked entries of a registered benchmark, seed by seed."""

from math import nan

from pydantic import Field

from analysis.boards.shapes import Unanswerable
from analysis.ledger.axes import settle_claim
from analysis.ledger.board import claim_pairs, claim_table
from analysis.ledger.clocks import clock_sentence, clock_units
from analysis.ledger.kinds import pair_kinds
from analysis.ledger.lineup import kind_of, ranked_entries
from analysis.ledger.rows import confirmation, ledger_label
from analysis.ledger.shapes import ClaimPair, ClaimQuery, Ledger, LedgerEntry
from analysis.records.shapes import Shape
from analysis.statistics.bands import Curve


class ClaimComparison(Shape):
    """A pair by itself: its p-value is of one test, where a board pays for all of its pairs."""

    benchmark: str
    query: ClaimQuery
    unit: str
    labels: tuple[str, str]
    seeds: list[int]
    values: list[tuple[float | None, float | None]] = Field(
        description="by seed; null where it is lost"
    )
    pair: ClaimPair
    words: str


def compare_entries(
    ledger: Ledger, first: str, second: str, query: ClaimQuery = ClaimQuery()
) -> ClaimComparison:
    """Of confirmation runs alone; each is named by its entry's id or its label.

    Raises LookupError where either is not ranked, Unanswerable for an axis that the protocol does
    not declare, for seconds of all kinds of device, or for an entry against itself.
    """
    lineup = ranked_entries(ledger, query)
    both = [ranked_entry(lineup.entries, name) for name in (first, second)]
    if both[0] is both[1]:
        raise Unanswerable("b", "These are one entry.")
    every = [run for entry in lineup.entries for run in confirmation(entry)]
    asked = settle_claim(query, lineup.protocol, every)
    table = claim_table(both, lineup.protocol, asked)
    names = [entry.entry_id for entry in both]
    units = clock_units(both, lineup.protocol, query)
    pair = claim_pairs(names, table, lineup.protocol.looks, query.margin, units)[0]
    clocks = clock_sentence(len(set(units)) if units else None, len(table))
    labels = (ledger_label(both[0]), ledger_label(both[1]))
    kinds = pair_kinds(labels, [kind_of(entry, lineup) for entry in both])
    finite = [[None if value == float("inf") else float(value) for value in row] for row in table]
    return ClaimComparison(
        benchmark=lineup.protocol.id,
        query=query,
        unit=asked.unit,
        labels=labels,
        seeds=list(lineup.protocol.seeds),
        values=[(a, b) for a, b in finite],
        pair=pair,
        words="  ".join(filter(None, (pair_words(pair, labels, query), clocks, kinds))),
    )


def entry_curves(
    ledger: Ledger, first: str, second: str, query: ClaimQuery = ClaimQuery()
) -> dict[str, list[Curve]]:
    """(steps, test bounds in nats per example) of each confirmation run that was evaluated along
    training, by label; not a number where a bound is not finite.

    Raises LookupError where either is not ranked, Unanswerable as ``ranked_entries``.
    """
    lineup = ranked_entries(ledger, query)
    both = [ranked_entry(lineup.entries, name) for name in (first, second)]
    return {
        ledger_label(entry): [
            (run.curve.steps, [nan if value is None else value for value in run.curve.test])
            for run in confirmation(entry)
            if run.curve and run.curve.steps
        ]
        for entry in both
    }


def ranked_entry(entries: list[LedgerEntry], name: str) -> LedgerEntry:
    """By id, or by a label that only one has.  Raises LookupError."""
    some = [one for one in entries if name in (one.entry_id, ledger_label(one))]
    if len(some) != 1:
        raise LookupError(f"{name} names {len(some) or 'no'} ranked entries of this benchmark.")
    return some[0]


def pair_words(pair: ClaimPair, labels: tuple[str, str], query: ClaimQuery) -> str:
    """What the seeds say of the two."""
    a, b = labels
    seeds = pair.wins + pair.losses + pair.ties
    score = f"on {pair.wins} of {seeds} seeds {a} is lower, on {pair.losses} {b}"
    if pair.better:
        winner, loser = (a, b) if pair.better == pair.first else (b, a)
        said = f"{winner} is better than {loser}: {score}"
    else:
        said = f"These seeds do not tell {a} from {b}: {score}"
    said += f"; {pair.note}" if pair.note else ""
    if pair.same:
        said += f"; in the median they differ by less than {query.margin:g}"
    return said + "."
