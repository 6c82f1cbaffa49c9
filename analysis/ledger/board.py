"""The board of a registered benchmark: a function of its ledger, and of nothing else."""

from math import isfinite

import numpy as np
from numpy.typing import NDArray

from analysis.ledger.axes import Settled, claim_value, settle_claim
from analysis.ledger.clocks import clock_units
from analysis.ledger.lineup import equal_codes, ranked_entries, with_origin
from analysis.ledger.rows import claim_row, confirmation
from analysis.ledger.shapes import (
    ClaimBoard,
    ClaimPair,
    ClaimQuery,
    ClaimRow,
    Ledger,
    LedgerEntry,
    StratumSize,
)
from analysis.ledger.strata import other_strata
from analysis.ledger.words import claim_verdict
from analysis.statistics.pairs import rank_sets
from analysis.statistics.sizes import binomial_interval, equivalent_pairs, improvement_chances
from analysis.statistics.student import Floats
from analysis.statistics.wins import Wins, better_pairs, paired_wins
from estimators.specs.base import digest
from estimators.specs.protocols import Protocol


def ledger_board(ledger: Ledger, query: ClaimQuery = ClaimQuery()) -> ClaimBoard:
    """Ranks the current entries that are complete and of one code and device, or of all kinds of
    device where that is asked for.

    All others are listed with the reason.  Raises ValidationError where the protocol is none,
    Unanswerable for an axis that it does not declare, a code or a device that nobody has, and
    where seconds of several devices would be ranked.
    """
    lineup = ranked_entries(ledger, query)
    protocol, stratum, able = lineup.protocol, lineup.stratum, lineup.entries
    asked = settle_claim(query, protocol, [run for e in able for run in confirmation(e)])
    units = clock_units(able, protocol, query)
    rows, pairs = _contest(able, protocol, asked, units)
    by_id = {entry.entry_id: entry for entry in able}
    board = ClaimBoard(
        shipped=ledger.shipped,
        query=query,
        budget=asked.budget,
        target=asked.target,
        unit=asked.unit,
        benchmark=protocol.id,
        protocol=protocol.digest,
        ledger=digest(ledger.model_dump(mode="json")),
        entries={entry.entry_id: entry.digest for entry in ledger.entries},
        code=stratum.code,
        device=stratum.device,
        clocks=len(set(units)) if units else None,
        strata=[
            StratumSize(**one._asdict(), entries=count)
            for one, count in other_strata(lineup.members, stratum).items()
        ],
        equal_codes=list(equal_codes(lineup)),
        rows=[with_origin(row, by_id[row.entry_id], lineup) for row in rows],
        pairs=pairs,
        unranked=lineup.others,
        verdict=[],
    )
    return board.model_copy(update={"verdict": claim_verdict(board)})


def claim_table(entries: list[LedgerEntry], protocol: Protocol, asked: Settled) -> Floats:
    """Values [seeds, entries] of confirmation: NaN where a run is missing, infinite where it is
    lost."""
    table = np.full((len(protocol.seeds), len(entries)), np.nan)
    for column, entry in enumerate(entries):
        for run in confirmation(entry):
            table[protocol.seeds.index(run.seed), column] = claim_value(run, asked)
    return table


def _contest(
    entries: list[LedgerEntry], protocol: Protocol, asked: Settled, units: list[int] | None
) -> tuple[list[ClaimRow], list[ClaimPair]]:
    """Rows, the best first, and all pairs of them in that order."""
    table = claim_table(entries, protocol, asked)
    medians = np.median(table, axis=0) if len(entries) else np.zeros(0)
    looks = protocol.looks
    claims = better_pairs(paired_wins(table, looks=looks, units=units), len(entries))
    order = sorted(
        range(len(entries)), key=lambda i: (claims[:, i].sum(), medians[i], entries[i].entry_id)
    )
    ranked, table = [entries[i] for i in order], table[:, order]
    better = better_pairs(paired_wins(table, looks=looks, units=units), len(ranked))
    ranks = rank_sets(better)
    chances = improvement_chances(table)
    rows = [
        claim_row(entry, table[:, i], ranks[i], protocol, chances[i])
        for i, entry in enumerate(ranked)
    ]
    names = [row.entry_id for row in rows]
    return rows, claim_pairs(names, table, looks, asked.query.margin, units)


def claim_pairs(
    names: list[str],
    table: Floats,
    looks: int,
    margin: float | None,
    units: list[int] | None = None,
) -> list[ClaimPair]:
    """All pairs of the columns of values [seeds, entries], in their order; ``units``: of seeds that
    share noise, where some do."""
    pairs = paired_wins(table, looks=looks, units=units)
    better = better_pairs(pairs, len(names))
    same = equivalent_pairs(table, margin, units=units) if margin else None
    return [_pair(names, pairs, k, table, better, same) for k in range(len(pairs.wins))]


def _pair(
    names: list[str],
    pairs: Wins,
    k: int,
    table: Floats,
    better: NDArray[np.bool_],
    same: NDArray[np.bool_] | None,
) -> ClaimPair:
    i, j = int(pairs.first[k]), int(pairs.second[k])
    winner, loser = (i, j) if better[i, j] else (j, i)
    certain = bool(better[winner, loser])
    wins, losses = int(pairs.wins[k]), int(pairs.losses[k])
    return ClaimPair(
        first=names[i],
        second=names[j],
        wins=wins,
        losses=losses,
        ties=int(pairs.ties[k]),
        missing=int(pairs.missing[k]),
        median=_finite(float(pairs.median[k])),
        low=_finite(float(pairs.low[k])),
        high=_finite(float(pairs.high[k])),
        p=float(pairs.adjusted[k]),
        chance=binomial_interval(wins, wins + losses) if wins + losses else None,
        same=None if same is None else bool(same[i, j]),
        better=names[winner] if certain else None,
        note=_mean_note(table[:, winner], table[:, loser]) if certain else None,
    )


def _mean_note(winner: Floats, loser: Floats) -> str | None:
    """Where the winner of most seeds is worse on average."""
    if winner.mean() <= loser.mean():
        return None
    count = int((winner < loser).sum())
    return f"better on {count} of {len(winner)} seeds, and worse on average"


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
