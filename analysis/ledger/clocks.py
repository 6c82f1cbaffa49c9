"""Which seeds of a board are timed together: runs that train in one program share its clock."""

from collections.abc import Sequence
from itertools import groupby

from analysis.ledger.rows import confirmation
from analysis.ledger.shapes import ClaimQuery, LedgerEntry, LedgerRun
from analysis.ledger.strata import is_timed
from analysis.statistics.wins import wins_needed
from estimators.specs.protocols import Protocol


def clock_units(
    entries: Sequence[LedgerEntry], protocol: Protocol, query: ClaimQuery
) -> list[int] | None:
    """For every seed of the protocol the number of its unit: two seeds whose runs share a clock in
    any of the entries are one.  None where the query counts no seconds."""
    if not is_timed(query):
        return None
    unit = {seed: number for number, seed in enumerate(protocol.seeds)}
    for entry in entries:
        for together in shared_clocks(entry):
            joined = {unit[seed] for seed in together}
            unit = {seed: min(joined) if one in joined else one for seed, one in unit.items()}
    return [unit[seed] for seed in protocol.seeds]


def shared_clocks(entry: LedgerEntry) -> list[list[int]]:
    """Seeds by clock; a run that nobody timed is no one's."""
    runs = [run for run in confirmation(entry) if first_second(run) is not None]
    ordered = sorted(runs, key=lambda run: first_second(run) or 0.0)
    return [[run.seed for run in some] for _, some in groupby(ordered, key=first_second)]


def first_second(run: LedgerRun) -> float | None:
    """What its clock said when it was first evaluated after the start: to the last digit the same
    for runs of one program, whenever they ended."""
    return next((at for at in run.curve.seconds if at), None) if run.curve else None


def clock_sentence(clocks: int | None, seeds: int) -> str | None:
    """What a test by clocks can say; None where every seed has its own, or none is counted."""
    if clocks is None or clocks == seeds:
        return None
    said = f"Seeds that train in one program share its clock: these {seeds} have "
    said += f"{clocks} between them, and tests count clocks" if clocks > 1 else "one clock"
    few = wins_needed(clocks, 0.025) is None
    said += ", too few to tell any two entries apart" if few else ""
    return f"{said}.  Intervals of rows hold at these clocks alone."
