"""What the paper says of its tables, by name, and the figures that decide it.

A claim about a row is a set of gaps between columns, each held to the same demand, at the learning
rates chosen on validation.  It holds once the intervals of all its gaps lie where they should; it
fails as soon as one lies wholly beyond; else it is open.
"""

from collections.abc import Mapping
from math import inf
from typing import NamedTuple

from analysis.papers.shapes import CellResult, Claim, Mode
from analysis.records.shapes import Interval
from analysis.statistics.intervals import student_interval

Modes = Mapping[tuple[str, str], Mode]
LEVEL = 0.95  # of all gaps of a claim together
TWO, THREE, TFD = "MNIST 392-200-200-392", "MNIST 392-200-200-200-392", "TFD 2304-200-200-2304"
SBN = ("SBN 200-784", "SBN 200-200-784", "SBN 200-200-200-784", "fDARN 200-784")
LR = "LR-C-VN-IDB"


class Demand(NamedTuple):
    """Where a gap has to lie, in nats; the ends are not part of it."""

    words: str
    low: float
    high: float

    def is_met(self, gap: Interval) -> bool | None:
        """By the whole interval; a gap without one leaves it open."""
        if gap.low is None or gap.high is None:
            return None
        if self.low < gap.low and gap.high < self.high:
            return True
        return False if gap.high <= self.low or gap.low >= self.high else None


class PaperClaim(NamedTuple):
    """Of ``one`` less each of ``others``."""

    name: str
    words: str
    table: str
    rows: tuple[str, ...]
    one: str
    others: tuple[str, ...]
    demand: Demand


def at_least_behind(nats: float) -> Demand:
    return Demand(f"more than {nats:g}", nats, inf)


def within(nats: float) -> Demand:
    return Demand(f"within {nats:g}", -nats, nats)


BEST = ("MuProp-C-VN", "ST", "1/2")
CLAIMS = (
    PaperClaim(
        "likelihood-ratio-behind",
        "the likelihood ratio with all tricks is clearly behind in Table 2",
        "2", (TWO,), LR, BEST, at_least_behind(1),
    ),
    PaperClaim(
        "likelihood-ratio-far-behind-at-three-layers",
        "the likelihood ratio with all tricks is far behind at three layers",
        "2", (THREE,), LR, BEST, at_least_behind(10),
    ),
    PaperClaim(
        "muprop-near-biased",
        "MuProp-C-VN is within 1.5 nats of ST and 1/2",
        "2", (TWO,), "MuProp-C-VN", ("ST", "1/2"), within(1.5),
    ),
    PaperClaim(
        "muprop-beats-likelihood-ratio",
        "MuProp with mean subtraction alone beats the likelihood ratio with all tricks",
        "2", (TWO, THREE, TFD), LR, ("MuProp-C",), at_least_behind(0),
    ),
    PaperClaim(
        "straight-through-far-behind",
        "straight-through is far behind in Table 3",
        "3", SBN, "ST", (LR, "MuProp-C", "1/2"), at_least_behind(5),
    ),
)  # fmt: skip


def paper_claims(entries: list[CellResult]) -> list[Claim]:
    """Those of the rows that the entries are about."""
    modes = {(e.row, e.column): e.measured.ours for e in entries if e.measured and e.measured.ours}
    rows = {entry.row for entry in entries}
    return [row_claim(said, row, modes) for said in CLAIMS for row in said.rows if row in rows]


def row_claim(said: PaperClaim, row: str, modes: Modes) -> Claim:
    one, level = modes.get((row, said.one)), 1 - (1 - LEVEL) / len(said.others)
    gaps = {
        f"{said.one} - {other}": paired_gap(one, modes.get((row, other)), level)
        for other in said.others
    }
    figures = {column: modes.get((row, column)) for column in (said.one, *said.others)}
    return Claim(
        name=said.name,
        claim=said.words,
        table=said.table,
        row=row,
        holds=all_met(said.demand, list(gaps.values())),
        figures={column: mode.bound if mode else None for column, mode in figures.items()},
        gaps=gaps,
        demand=said.demand.words,
    )


def all_met(demand: Demand, gaps: list[Interval | None]) -> bool | None:
    """False as soon as one gap is known to miss it; None while one is open."""
    answers = [None if gap is None else demand.is_met(gap) for gap in gaps]
    return False if False in answers else None if None in answers else True


def paired_gap(one: Mode | None, other: Mode | None, level: float) -> Interval | None:
    """Over common seeds, to hundredths; None where there is none."""
    if one is None or other is None:
        return None
    common = sorted(one.ends.keys() & other.ends.keys())
    if not common:
        return None
    gap = student_interval([one.ends[seed] - other.ends[seed] for seed in common], level)
    low, high = (None if end is None else round(end, 2) for end in (gap.low, gap.high))
    return Interval(mean=round(gap.mean, 2), low=low, high=high)
