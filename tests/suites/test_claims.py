"""What the paper says, by name."""

import pytest

from analysis.papers import claims
from analysis.papers.claims import THREE, TWO, Demand, all_met, within
from analysis.papers.results import cell_result
from analysis.records.shapes import Interval
from tests.suites.made import COLUMNS, cell, run, some_cells, trained

PAPER = dict(zip(COLUMNS, (63.2, 57.7, 56.7, 56.1, 57.2), strict=True))


def found(row, values):
    """Claims about a row by name; three seeds a column, all as far apart as their means."""
    entries = [
        cell_result(
            at := cell(row, column),
            [trained([run(seed, 0.1, test=value + seed) for seed in range(3)], at)],
        )
        for column, value in values.items()
    ]
    return {claim.name: claim for claim in claims.paper_claims(entries)}


def test_claims_say_what_decides_them():
    told = found(TWO, PAPER)
    near = told["muprop-near-biased"]
    means = {column: figure.mean for column, figure in near.figures.items()}
    assert near.holds and means == {"MuProp-C-VN": 57.7, "ST": 57.1, "1/2": 58.2}
    gaps = {pair: (gap.low, gap.mean, gap.high) for pair, gap in near.gaps.items()}
    assert gaps == {"MuProp-C-VN - ST": (0.6,) * 3, "MuProp-C-VN - 1/2": (-0.5,) * 3}
    assert near.demand == "within 1.5"
    assert told.keys() == {
        "likelihood-ratio-behind",
        "muprop-near-biased",
        "muprop-beats-likelihood-ratio",
    }
    assert all(claim.holds for claim in told.values())


@pytest.mark.parametrize(
    "column, value, name",
    [
        ("LR-C-VN-IDB", 58.0, "likelihood-ratio-behind"),
        ("ST", 55.1, "muprop-near-biased"),
        ("MuProp-C", 63.3, "muprop-beats-likelihood-ratio"),
    ],
)
def test_a_claim_that_its_figures_deny_does_not_hold(column, value, name):
    told = found(TWO, PAPER | {column: value})
    assert [claim.name for claim in told.values() if claim.holds is False] == [name]


def test_a_claim_is_decided_by_its_own_columns():
    told = found(TWO, {name: PAPER[name] for name in ("LR-C-VN-IDB", "MuProp-C")})
    assert told["muprop-beats-likelihood-ratio"].holds is True
    assert (
        told["likelihood-ratio-behind"].holds is None and told["muprop-near-biased"].holds is None
    )
    told = found(THREE, {"LR-C-VN-IDB": 60.0, "ST": 54.4})
    assert (
        told["likelihood-ratio-far-behind-at-three-layers"].holds is False
    )  # whatever the others will be
    told = found(
        "SBN 200-784", {"LR-C-VN-IDB": 113.5, "MuProp-C": 113.6, "ST": 129.4, "1/2": 112.4}
    )
    assert told["straight-through-far-behind"].holds is True


def test_the_paper_bears_out_its_own_claims():
    cells = some_cells("full")
    for said in claims.CLAIMS:
        for row in said.rows:
            gaps = [
                cells[row, said.one].published - cells[row, other].published
                for other in said.others
            ]
            assert all_met(said.demand, [Interval(mean=g, low=g, high=g) for g in gaps])
            assert {cells[row, column].table for column in (said.one, *said.others)} == {said.table}


@pytest.mark.parametrize(
    "one, other, holds",
    [
        ([12.40], [12.41], None),  # a single seed
        ([12.3, 12.5, 12.4], [12.5, 12.3, 12.43], None),
        ([10.0, 10.2, 10.1], [12.0, 12.2, 12.15], True),
        ([12.0, 12.2, 12.15], [10.0, 10.2, 10.1], False),
    ],
)
def test_one_beats_another_by_more_than_the_noise_of_its_seeds_or_it_is_open(one, other, holds):
    """In the paper's words, that the likelihood ratio is behind MuProp."""
    entries = [
        cell_result(
            at := cell(TWO, column),
            [trained([run(s, 0.1, test=value) for s, value in enumerate(values)], at)],
        )
        for column, values in (("LR-C-VN-IDB", other), ("MuProp-C", one))
    ]
    told = {claim.name: claim for claim in claims.paper_claims(entries)}
    assert told["muprop-beats-likelihood-ratio"].holds is holds


def test_to_be_near_is_a_claim_of_its_own():
    near = within(1.5)
    gap = lambda low, high: Interval(mean=(low + high) / 2, low=low, high=high)
    answers = [near.is_met(gap(*ends)) for ends in ((-1, 1), (-19, 19), (2, 3), (1, 2))]
    assert answers == [True, None, False, None]
    assert Demand("any", 0, 1).is_met(Interval(mean=0.5, low=None, high=None)) is None
