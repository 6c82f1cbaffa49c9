"""What the paper says of its tables, by name, and the figures that decide it.

A claim about a row is a set of gaps between columns, each held to the same demand, at the learning
rates chosen on validation.  It holds once all its gaps are known and in order; it fails as soon as
one is not. Means decide; how sure they are is said beside them.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from analysis.papers.shapes import CellResult, Claim
from analysis.records.shapes import Interval

Values = Mapping[tuple[str, str], Interval]
TWO, THREE, TFD = "MNIST 392-200-200-392", "MNIST 392-200-200-200-392", "TFD 2304-200-200-2304"
SBN = ("SBN 200-784", "SBN 200-200-784", "SBN 200-200-200-784", "fDARN 200-784")
LR = "LR-C-VN-IDB"


class PaperClaim(NamedTuple):
    """Of ``one`` less each of ``others``."""

    name: str
    words: str
    table: str
    rows: tuple[str, ...]
    one: str
    others: tuple[str, ...]
    demand: str
    holds: Callable[[float], bool]


def at_least_behind(nats: float) -> tuple[str, Callable[[float], bool]]:
    return f"more than {nats:g}", lambda gap: gap > nats


def within(nats: float) -> tuple[str, Callable[[float], bool]]:
    return f"within {nats:g}", lambda gap: abs(gap) <= nats


BEST = ("MuProp-C-VN", "ST", "1/2")
CLAIMS = (
    PaperClaim(
        "likelihood-ratio-behind",
        "the likelihood ratio with all tricks is clearly behind in Table 2",
        "2", (TWO,), LR, BEST, *at_least_behind(1),
    ),
    PaperClaim(
        "likelihood-ratio-far-behind-at-three-layers",
        "the likelihood ratio with all tricks is far behind at three layers",
        "2", (THREE,), LR, BEST, *at_least_behind(10),
    ),
    PaperClaim(
        "muprop-near-biased",
        "MuProp-C-VN is within 1.5 nats of ST and 1/2",
        "2", (TWO,), "MuProp-C-VN", ("ST", "1/2"), *within(1.5),
    ),
    PaperClaim(
        "muprop-beats-likelihood-ratio",
        "MuProp with mean subtraction alone beats the likelihood ratio with all tricks",
        "2", (TWO, THREE, TFD), LR, ("MuProp-C",), *at_least_behind(0),
    ),
    PaperClaim(
        "straight-through-far-behind",
        "straight-through is far behind in Table 3",
        "3", SBN, "ST", (LR, "MuProp-C", "1/2"), *at_least_behind(5),
    ),
)  # fmt: skip


def paper_claims(entries: list[CellResult]) -> list[Claim]:
    """Those of the rows that the entries are about."""
    values = {
        (e.row, e.column): e.measured.ours.bound for e in entries if e.measured and e.measured.ours
    }
    rows = {entry.row for entry in entries}
    return [decide_claim(said, row, values) for said in CLAIMS for row in said.rows if row in rows]


def decide_claim(said: PaperClaim, row: str, values: Values) -> Claim:
    figures = {column: values.get((row, column)) for column in (said.one, *said.others)}
    gaps = {
        f"{said.one} - {other}": rounded_gap(figures[said.one], figures[other])
        for other in said.others
    }
    answers = [None if gap is None else said.holds(gap) for gap in gaps.values()]
    return Claim(
        name=said.name,
        claim=said.words,
        table=said.table,
        row=row,
        holds=False if False in answers else None if None in answers else True,
        figures=figures,
        gaps=gaps,
        demand=said.demand,
    )


def rounded_gap(one: Interval | None, other: Interval | None) -> float | None:
    return None if one is None or other is None else round(one.mean - other.mean, 2)
